package dev.gnomon.launch.reproduce;

/** A job was told to stop, and goes on from there when it is done again. */
public final class StoppedException extends Exception {

  private static final long serialVersionUID = 1L;

  public StoppedException(String message) {
    super(message);
  }
}
