package dev.gnomon.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import com.google.protobuf.Any;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.protocol.v1.CommonProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** Nothing but messages of ours and of Akka's own is made of what another node sends. */
class ForeignClassesTest {

  private static final String LOADED = "gnomon.test.loaded";

  /** Tells when it is loaded and initialized. */
  static final class Canary implements Serializable {
    private static final long serialVersionUID = 1;

    static {
      System.setProperty(LOADED, "true");
    }
  }

  /** The bytes of one, without making one here. */
  private static byte[] serialized() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Stand());
    }
    String text = new String(bytes.toByteArray(), StandardCharsets.ISO_8859_1);
    String name = Canary.class.getName();
    return text.replace(
            (char) 0 + "" + (char) Stand.class.getName().length() + Stand.class.getName(),
            (char) 0 + "" + (char) name.length() + name)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static final class Stand implements Serializable {
    private static final long serialVersionUID = 1;
  }

  @Test
  void noSerializerMakesWhatAMessageNames() throws Exception {
    ActorTestKit kit =
        ActorTestKit.create(
            "foreign",
            ConfigFactory.parseString(
                    """
                    akka.actor.provider = cluster
                    akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                    akka.coordinated-shutdown.exit-jvm = off
                    """)
                .withFallback(ConfigFactory.load()));
    try {
      Serialization serialization = SerializationExtension.get(kit.system());
      List<Serializer> all =
          new ArrayList<>(
              CollectionConverters.asJava(serialization.serializerByIdentity()).values());
      all.removeIf(serializer -> serializer.getClass().getName().startsWith("akka.testkit"));
      assertThat(all).hasSizeGreaterThan(10);
      for (Serializer serializer : all) {
        for (String manifest :
            List.of(Canary.class.getName(), "", "a:" + Canary.class.getName(), "A")) {
          serialization.deserialize(serialized(), serializer.identifier(), manifest);
          assertThat(System.getProperty(LOADED)).as("%s, %s", serializer, manifest).isNull();
        }
        for (Class<?> proto : List.of(Any.class, CommonProto.Halt.class)) {
          assertThat(
                  serialization
                      .deserialize(new byte[0], serializer.identifier(), proto.getName())
                      .toOption()
                      .exists(proto::isInstance))
              .as("%s makes a %s", serializer, proto)
              .isFalse();
        }
      }
    } finally {
      kit.shutdownTestKit();
    }
  }
}
