package dev.gnomon.protocol;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Carries every {@link WireMessage} between nodes as protobuf behind a {@link Checksum}. The
 * records' schemas stand in {@code gnomon/v1/*.proto}; fields this node does not know are ignored,
 * so nodes of two versions understand each other as long as fields are only added.
 */
public final class WireSerializer extends SerializerWithStringManifest
    implements ByteBufferSerializer {

  private static final int IDENTIFIER = 7_270_001;

  private final WireLimit limit;
  private final Map<Class<?>, Mapping<?, ?>> byType = new HashMap<>();
  private final Map<String, Mapping<?, ?>> byManifest = new HashMap<>();

  /** Called by Akka, by way of {@code akka.actor.serializers}. */
  public WireSerializer(ExtendedActorSystem system) {
    limit = WireLimit.of(system.settings().config());
    for (Mapping<?, ?> mapping : mappings(ActorRefResolver.get(Adapter.toTyped(system)))) {
      if (byType.put(mapping.type(), mapping) != null
          || byManifest.put(mapping.manifest(), mapping) != null) {
        throw new IllegalStateException(
            "%s is mapped twice, or its manifest '%s' is"
                .formatted(mapping.name(), mapping.manifest()));
      }
    }
  }

  static List<Mapping<?, ?>> mappings(ActorRefResolver resolver) {
    References references = new References(resolver);
    return Stream.of(
            SharedWire.mappings(references),
            CoordinatorWire.mappings(),
            OperatorWire.mappings(references),
            TrainerWire.mappings(references),
            TeacherWire.mappings(),
            AssignerWire.mappings(),
            LoaderWire.mappings(references),
            CheckpointerWire.mappings(),
            StoreWire.mappings(references),
            EvaluatorWire.mappings(references),
            ScorerWire.mappings())
        .<Mapping<?, ?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return mapping(message).manifest();
  }

  @Override
  public byte[] toBinary(Object message) {
    Message proto = proto(message);
    byte[] bytes = new byte[Checksum.BYTES + proto.getSerializedSize()];
    write(proto, ByteBuffer.wrap(bytes));
    return bytes;
  }

  @Override
  public void toBinary(Object message, ByteBuffer buffer) {
    write(proto(message), buffer);
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return fromBinary(ByteBuffer.wrap(bytes), manifest);
  }

  @Override
  public Object fromBinary(ByteBuffer buffer, String manifest) throws NotSerializableException {
    Mapping<?, ?> mapping = byManifest.get(manifest);
    if (mapping == null) {
      throw new NotSerializableException(
          "no message has the manifest '%s' here, so it was dropped: its sender runs another version of Gnomon; run the same on all nodes"
              .formatted(manifest));
    }
    return read(mapping, buffer);
  }

  private Mapping<?, ?> mapping(Object message) {
    Mapping<?, ?> mapping = byType.get(message.getClass());
    if (mapping == null) {
      throw new IllegalArgumentException(
          message instanceof LocalMessage
              ? "%s is a LocalMessage, which an actor may only send to itself"
                  .formatted(message.getClass().getName())
              : "%s has no mapping to protobuf; give it one in the class of its actor's messages beside WireSerializer"
                  .formatted(message.getClass().getName()));
    }
    return mapping;
  }

  private Message proto(Object message) {
    Mapping<?, ?> mapping = mapping(message);
    Message proto = mapping.toProto((WireMessage) message);
    limit.check(mapping.name(), Checksum.BYTES + proto.getSerializedSize());
    return proto;
  }

  private static void write(Message proto, ByteBuffer buffer) {
    int start = buffer.position();
    int end = start + Checksum.BYTES + proto.getSerializedSize();
    if (end > buffer.limit()) {
      throw new BufferOverflowException();
    }
    try {
      CodedOutputStream body =
          CodedOutputStream.newInstance(buffer.duplicate().position(start + Checksum.BYTES));
      proto.writeTo(body);
      body.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Checksum.write(buffer, start, end);
    buffer.position(end);
  }

  private static <R extends WireMessage, P extends Message> R read(
      Mapping<R, P> mapping, ByteBuffer buffer) throws NotSerializableException {
    int bytes = buffer.remaining();
    ByteBuffer body = Checksum.verified(buffer, mapping.name());
    buffer.position(buffer.limit());
    try {
      // Byte fields are views of the buffer until a record copies them into its arrays: one copy.
      CodedInputStream input = UnsafeByteOperations.unsafeWrap(body).newCodedInput();
      input.enableAliasing(true);
      P proto = DiscardUnknownFieldsParser.wrap(mapping.parser()).parseFrom(input);
      input.checkLastTagWas(0);
      return mapping.decode().apply(proto);
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      NotSerializableException failure =
          new NotSerializableException(
              "%s of %d bytes can not be understood and was dropped: %s"
                  .formatted(mapping.name(), bytes, e.getMessage()));
      failure.initCause(e);
      throw failure;
    }
  }
}
