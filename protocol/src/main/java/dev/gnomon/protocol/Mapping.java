package dev.gnomon.protocol;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.function.Function;

/**
 * How one record crosses the wire.
 *
 * @param manifest what the record is called there; never used again for another one
 */
record Mapping<R extends WireMessage, P extends Message>(
    String manifest,
    Class<R> type,
    Parser<P> parser,
    Function<R, P> encode,
    Function<P, R> decode) {

  String name() {
    return type.getSimpleName();
  }

  P toProto(WireMessage message) {
    return encode.apply(type.cast(message));
  }
}
