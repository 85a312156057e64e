package dev.gnomon.protocol;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.SerializerWithStringManifest;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableCollectionsSerializers;
import com.esotericsoftware.kryo.util.Pool;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.io.NotSerializableException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Carries {@link ExperimentMessage}s between nodes with Kryo, behind a {@link Checksum}. Only
 * classes listed under {@code gnomon.experiment.messages} and plain values (numbers, strings,
 * arrays of numbers, lists, maps, actors, {@link Lineage}) are written or read.
 *
 * <p>Kryo knows classes by their number, which comes from that list: the manifest holds a
 * fingerprint of it, so that two nodes with different lists refuse each other's messages instead of
 * mistaking them.
 */
public final class ExperimentSerializer extends SerializerWithStringManifest {

  static final String KEY = "gnomon.experiment.messages";

  private static final int IDENTIFIER = 7_270_002;
  private static final int FIRST_BUFFER = 4096;
  private static final int DEEPEST = 100; // objects within objects
  private static final List<Class<?>> VALUES =
      List.of(
          byte[].class,
          int[].class,
          long[].class,
          float[].class,
          double[].class,
          String[].class,
          ArrayList.class,
          HashMap.class,
          LinkedHashMap.class,
          HashSet.class,
          Optional.class,
          Instant.class,
          Duration.class,
          Lineage.class,
          Role.class);

  private final WireLimit limit;
  private final References references;
  private final ClassLoader classLoader;
  private final List<Class<?>> registered;
  private final String fingerprint;
  private final Pool<Kryo> kryos =
      new Pool<>(true, false, 2 * Runtime.getRuntime().availableProcessors()) {
        @Override
        protected Kryo create() {
          return kryo();
        }
      };

  /** Called by Akka, by way of {@code akka.actor.serializers}. */
  public ExperimentSerializer(ExtendedActorSystem system) {
    Config config = system.settings().config();
    limit = WireLimit.of(config);
    references = new References(ActorRefResolver.get(Adapter.toTyped(system)));
    classLoader = system.dynamicAccess().classLoader();
    TreeSet<String> names = new TreeSet<>(config.getStringList(KEY));
    registered = names.stream().<Class<?>>map(name -> load(name, config)).toList();
    fingerprint = Integer.toHexString(names.hashCode());
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return fingerprint + ":" + message.getClass().getName();
  }

  @Override
  public byte[] toBinary(Object message) {
    String name = message.getClass().getName();
    Output output = new Output(FIRST_BUFFER, -1);
    output.writeInt(0); // the checksum's place
    Kryo kryo = kryos.obtain();
    try {
      kryo.writeClassAndObject(output, message);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "%s can not be sent: %s. Its class and each class in its fields must be listed under %s, on every node"
              .formatted(name, firstLine(e), KEY),
          e);
    } finally {
      kryos.free(kryo);
    }
    limit.check(name, output.position());
    byte[] bytes = output.toBytes();
    Checksum.write(ByteBuffer.wrap(bytes), 0, bytes.length);
    return bytes;
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    String name = manifest.substring(manifest.indexOf(':') + 1);
    if (!manifest.equals(fingerprint + ":" + name)) {
      throw new NotSerializableException(
          "%s was dropped: its sender lists other classes under %s than this node; list the same on all nodes"
              .formatted(name, KEY));
    }
    ByteBuffer body = Checksum.verified(ByteBuffer.wrap(bytes), name);
    Kryo kryo = kryos.obtain();
    try {
      Input input = new BoundedInput(bytes, Checksum.BYTES, body.remaining());
      ExperimentMessage message = ExperimentMessage.class.cast(kryo.readClassAndObject(input));
      if (message == null
          || !message.getClass().getName().equals(name)
          || input.position() < input.limit()) {
        throw new KryoException("its bytes are not those of one such message");
      }
      return message;
    } catch (RuntimeException e) {
      NotSerializableException failure =
          new NotSerializableException(
              "%s of %d bytes can not be understood and was dropped: %s"
                  .formatted(name, bytes.length, firstLine(e)));
      failure.initCause(e);
      throw failure;
    } finally {
      kryos.free(kryo);
    }
  }

  private Class<?> load(String name, Config config) {
    try {
      return Class.forName(name, true, classLoader);
    } catch (ClassNotFoundException e) {
      throw new ConfigException.BadValue(
          config.getValue(KEY).origin(),
          KEY,
          "there is no class %s on the class path; put its jar into plugins/".formatted(name),
          e);
    }
  }

  private Kryo kryo() {
    Kryo kryo =
        new Kryo(new BoundedInput.NumberedClasses(), null) {
          @Override
          @SuppressWarnings("rawtypes") // as Kryo declares it
          public Registration getRegistration(Class type) {
            return super.getRegistration(
                ActorRef.class.isAssignableFrom(type) ? ActorRef.class : type);
          }
        };
    kryo.setRegistrationRequired(true);
    kryo.setMaxDepth(DEEPEST);
    kryo.setClassLoader(classLoader);
    kryo.register(ActorRef.class, new ActorRefs(references));
    VALUES.forEach(kryo::register);
    ImmutableCollectionsSerializers.registerSerializers(kryo);
    registered.forEach(kryo::register);
    return kryo;
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Actors by their names. */
  private static final class ActorRefs extends Serializer<ActorRef<?>> {

    private final References references;

    ActorRefs(References references) {
      super(false, true);
      this.references = references;
    }

    @Override
    public void write(Kryo kryo, Output output, ActorRef<?> actor) {
      output.writeString(references.name(actor));
    }

    @Override
    public ActorRef<?> read(Kryo kryo, Input input, Class<? extends ActorRef<?>> type) {
      return references.actor(input.readString());
    }
  }
}
