package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.ExtendedActorSystem;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Messages of a node whose schema has a field more in each of its types, nested ones included. */
class NewerNodeTest {

  private static final int FIRST = 1077; // far above every number in use

  private static final UnknownFieldSet NEWER =
      UnknownFieldSet.newBuilder()
          .addField(FIRST, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
          .addField(
              FIRST + 1,
              UnknownFieldSet.Field.newBuilder()
                  .addLengthDelimited(ByteString.copyFromUtf8("later"))
                  .build())
          .build();

  private static ActorTestKit kit;
  private static WireSerializer serializer;
  private static List<Mapping<?, ?>> mappings;
  private static ActorRef<Object> actor;

  @BeforeContainer
  static void open() {
    kit = ActorTestKit.create();
    serializer = new WireSerializer((ExtendedActorSystem) Adapter.toClassic(kit.system()));
    mappings = WireSerializer.mappings(ActorRefResolver.get(kit.system()));
    actor = kit.spawn(Behaviors.ignore());
  }

  @AfterContainer
  static void close() {
    kit.shutdownTestKit();
  }

  @Property(tries = 100)
  void everyMessageIsReadAsIfItsNewFieldsWereNotThere(@ForAll long seed) throws Exception {
    for (WireMessage message : new Messages(seed, actor).all()) {
      byte[] bytes = WireSerializerTest.sealed(newer(proto(message)).toByteArray());

      Object back = serializer.fromBinary(bytes, serializer.manifest(message));

      assertThat(Messages.same(message, back)).as("%s became %s", message, back).isTrue();
    }
  }

  @Property(tries = 100)
  void everyProtobufMessageKeepsTheFieldsItDoesNotKnow(@ForAll long seed) throws Exception {
    for (WireMessage message : new Messages(seed, actor).all()) {
      Message sent = newer(proto(message));

      Message read = (Message) mapping(message).parser().parseFrom(sent.toByteString());

      assertThat(read).isEqualTo(sent).isNotEqualTo(proto(message));
      assertThat(read.getUnknownFields()).isEqualTo(NEWER);
      assertThat(read.toByteString()).isEqualTo(sent.toByteString());
    }
  }

  /** So the two above speak of every message in every file. */
  @Example
  void everyTypeOfTheSchemasIsAMessageOrAPartOfOne() {
    Set<Descriptor> used = new HashSet<>();
    Set<Descriptor> declared = new HashSet<>();
    for (WireMessage message : new Messages(1, actor).all()) {
      Descriptor type = proto(message).getDescriptorForType();
      collect(type, used);
      type.getFile().getDependencies().forEach(f -> declared.addAll(f.getMessageTypes()));
      declared.addAll(type.getFile().getMessageTypes());
    }
    assertThat(used).containsAll(declared);
    assertThat(used)
        .flatExtracting(Descriptor::getFields)
        .extracting(FieldDescriptor::getNumber)
        .allMatch(number -> number < FIRST);
  }

  private static void collect(Descriptor type, Set<Descriptor> into) {
    if (into.add(type)) {
      for (FieldDescriptor field : type.getFields()) {
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
          collect(field.getMessageType(), into);
        }
      }
    }
  }

  /** The message with new fields in itself and in each message within it. */
  private static Message newer(Message message) {
    Message.Builder builder = message.toBuilder();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              boolean parts = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
              if (parts && field.isRepeated() && !field.isMapField()) {
                for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                  builder.setRepeatedField(
                      field, i, newer((Message) message.getRepeatedField(field, i)));
                }
              } else if (parts && !field.isRepeated()) {
                builder.setField(field, newer((Message) value));
              }
            });
    return builder.setUnknownFields(NEWER).build();
  }

  private static Message proto(WireMessage message) {
    return (Message) mapping(message).toProto(message);
  }

  private static Mapping<?, ?> mapping(WireMessage message) {
    return mappings.stream()
        .filter(mapping -> mapping.type() == message.getClass())
        .findFirst()
        .orElseThrow();
  }
}
