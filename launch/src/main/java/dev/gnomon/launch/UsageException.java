package dev.gnomon.launch;

/** Options that ask for what can not be; the message says what was expected. Exit code 2. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public UsageException(String message) {
    super(message);
  }
}
