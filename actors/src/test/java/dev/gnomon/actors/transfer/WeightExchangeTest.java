package dev.gnomon.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.WeightsPublished;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WeightExchangeTest {

  private static final Lineage LINEAGE = new Lineage("run", 3);
  private static final InetSocketAddress FREE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path folder;
  private final Transport transport = Transport.plain();
  private BetweenNodes trainer;
  private BetweenNodes teacher;

  @BeforeEach
  void open() throws IOException {
    trainer = new BetweenNodes(folder.resolve("trainer"), FREE, transport, 1 << 30);
    teacher = new BetweenNodes(folder.resolve("teacher"), FREE, transport, 1 << 30);
  }

  @AfterEach
  void close() throws IOException {
    trainer.close();
    teacher.close();
    transport.close();
  }

  private static WeightSet weights(long version) {
    float[] values = new float[400_000];
    java.util.Arrays.fill(values, version);
    return new WeightSet(Map.of("w", HostTensor.of(values, 400, 1000)));
  }

  private WeightsPublished publish(long version) {
    return trainer.publish(LINEAGE, version, weights(version)).toCompletableFuture().join();
  }

  private static void assertTaken(WeightExchange by, WeightsPublished announced)
      throws IOException {
    try (WeightExchange.Held held = by.take(announced).orElseThrow()) {
      assertThat(held.weights()).isEqualTo(weights(announced.version()));
    }
  }

  private static Location location(WeightsPublished announced) throws IOException {
    return Location.decoded(announced.location());
  }

  @Test
  void theSameJvmTheSameHostAndAnotherHostAllGetIt() throws IOException {
    WeightsPublished announced = publish(8);
    assertTaken(trainer, announced);
    assertTaken(teacher, announced);
    Files.delete(location(announced).file().orElseThrow()); // as from another host
    assertTaken(teacher, announced);
    assertTaken(trainer, announced);
  }

  @Test
  void aFileThatWasWrittenOverIsPassedOver() throws IOException {
    WeightsPublished announced = publish(8);
    byte[] bytes = Files.readAllBytes(location(announced).file().orElseThrow());
    bytes[bytes.length / 2] ^= 1;
    Files.write(location(announced).file().orElseThrow(), bytes);
    assertTaken(teacher, announced);
  }

  @Test
  void whereNoFileCanBeWrittenTheSocketIsLeft() throws IOException {
    Files.createFile(folder.resolve("trainer")); // where the folder would be
    WeightsPublished announced = publish(8);
    assertThat(location(announced).file()).isEmpty();
    assertTaken(teacher, announced);
    Files.delete(folder.resolve("trainer"));
  }

  @Test
  void aFileThatIsNoNodesIsNotRead() throws Exception {
    WeightsPublished announced = publish(8);
    Path file = location(announced).file().orElseThrow();
    Path away = Files.createDirectories(folder.resolve("a/b")).resolve("weights");
    Path link = folder.resolve("trainer/link");
    Files.move(file, away);
    Files.createSymbolicLink(link, away);
    for (Path named : List.of(away, link, folder.resolve("trainer/../a/b/weights"))) {
      Location elsewhere = new Location("n", Optional.of(named), location(announced).address());
      // Of a version that the socket does not have, so that the file is the only way.
      WeightsPublished nine =
          new WeightsPublished(LINEAGE, 9, elsewhere.encoded(), announced.digest());
      assertThat(teacher.take(nine)).as("%s", named).isEmpty();
    }
    Files.move(away, file);
    WeightsPublished found =
        new WeightsPublished(LINEAGE, 9, announced.location(), announced.digest());
    assertThat(teacher.take(found)).isPresent();
    Files.delete(link);
  }

  @Test
  void aRetiredVersionIsNotThere() throws IOException {
    WeightsPublished eight = publish(8);
    WeightsPublished sixteen = publish(16);
    trainer.retire(LINEAGE, 16);
    publish(24); // behind it
    assertThat(teacher.take(eight)).isEmpty();
    assertThat(trainer.take(eight)).isEmpty();
    assertTaken(teacher, sixteen);
    assertTaken(trainer, sixteen);
  }

  @Test
  void whatCanNotBeReachedIsAnError() throws IOException {
    WeightsPublished announced = publish(8);
    Files.delete(location(announced).file().orElseThrow());
    trainer.close();
    assertThatThrownBy(() -> teacher.take(announced)).isInstanceOf(IOException.class);
  }

  @Test
  void filesGoWhenItIsClosed() throws Exception {
    Path file = location(publish(8)).file().orElseThrow();
    assertThat(file).exists();
    trainer.close();
    for (int i = 0; Files.exists(file) && i < 1000; i++) {
      Thread.sleep(5);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void aLocationSurvivesItsText() throws IOException {
    for (Location location :
        List.of(
            new Location(
                "n", Optional.of(Path.of("/a b/c")), InetSocketAddress.createUnresolved("::1", 7)),
            new Location(
                "n", Optional.empty(), InetSocketAddress.createUnresolved("127.0.0.1", 7)))) {
      assertThat(Location.decoded(location.encoded())).isEqualTo(location);
    }
  }

  @Test
  void nonsenseIsNoLocation() {
    for (String text :
        new String[] {"", "registry", "a b", "a b:c", "a :1", "a b:99999999", "a b:-1"}) {
      assertThatThrownBy(() -> Location.decoded(text))
          .as(text)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("weights can not be at");
    }
  }
}
