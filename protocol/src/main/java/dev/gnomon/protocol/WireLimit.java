package dev.gnomon.protocol;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;

/**
 * The largest message the nodes agreed on.
 *
 * @param bytes size with its checksum, without Akka's envelope
 */
record WireLimit(int bytes) {

  static final String KEY = "gnomon.wire.max-bytes";

  /** Room for Akka's envelope: two actor paths, class manifest and header. */
  static final int ENVELOPE = 64 * 1024;

  private static final String PROVIDER = "akka.actor.provider";
  private static final String FRAME = "akka.remote.artery.advanced.maximum-frame-size";

  /** Reads the limit; where messages leave the JVM, Akka's frames must have room for it. */
  static WireLimit of(Config config) {
    long bytes = config.getBytes(KEY);
    if (bytes < 1024 || bytes > Integer.MAX_VALUE - ENVELOPE) {
      throw new ConfigException.BadValue(
          config.getValue(KEY).origin(), KEY, bytes + " bytes; expected 1 KiB to 2047 MiB");
    }
    if (!config.getString(PROVIDER).equals("local") && config.getBytes(FRAME) < bytes + ENVELOPE) {
      throw new ConfigException.BadValue(
          config.getValue(FRAME).origin(),
          FRAME,
          "%d bytes hold no message of %s = %d with its envelope; set at least %d"
              .formatted(config.getBytes(FRAME), KEY, bytes, bytes + ENVELOPE));
    }
    return new WireLimit((int) bytes);
  }

  /** Throws where a message of that size must not be sent; a negative size is one over 2 GiB. */
  void check(String message, int size) {
    if (size < 0 || size > bytes) {
      throw new MessageTooLargeException(message, Integer.toUnsignedLong(size), bytes);
    }
  }
}
