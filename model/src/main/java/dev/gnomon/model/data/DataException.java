package dev.gnomon.model.data;

/** Images that can not be used. The message names the place, what was expected and what to do. */
public final class DataException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
