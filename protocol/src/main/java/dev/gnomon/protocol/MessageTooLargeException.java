package dev.gnomon.protocol;

/** A message that a sender must not send: it is larger than the nodes agreed on. */
public final class MessageTooLargeException extends RuntimeException {

  private static final long serialVersionUID = 1;

  MessageTooLargeException(String message, long bytes, long most) {
    super(
        ("%s is %d bytes on the wire, more than the %d that %s allows: send less at once (a smaller"
                + " gnomon.batch-size) or raise that key, and Akka's frame size with it, on every"
                + " node")
            .formatted(message, bytes, most, WireLimit.KEY));
  }
}
