package dev.gnomon.tests.parity;

/** A reference file says something that can not be compared with ours, and what. */
final class IncomparableException extends RuntimeException {

  private static final long serialVersionUID = 1;

  IncomparableException(String reason) {
    super(reason);
  }
}
