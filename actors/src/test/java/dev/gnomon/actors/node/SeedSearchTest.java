package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.protocol.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that know of each other by a name alone; each is at an address of loopback. */
class SeedSearchTest {

  private static final RunSettings SETTINGS =
      RunSettings.from(
          Configuration.load(
              List.of(),
              List.of(
                  "gnomon.condition.source=none",
                  "gnomon.http.enabled=false",
                  "akka.cluster.seed-node-timeout=1s",
                  "akka.cluster.jmx.enabled=off")));

  /** Hears nothing: nobody trains here. */
  private static final class Deaf implements RunListener {
    @Override
    public void onStep(StepReport report) {}

    @Override
    public void onEvent(String line) {}

    @Override
    public void onScored(long step, Map<String, Double> scores) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }

  @TempDir private Path folder;
  private final List<InetAddress> listed = new CopyOnWriteArrayList<>();
  private int port;

  private Node node(Role role, String host) throws IOException {
    Seeds seeds = new Seeds.Named("nodes", port, name -> List.copyOf(listed));
    return Node.start(
        SETTINGS,
        folder.resolve(role.wireName()),
        new Node.Place(Set.of(role), host, port, 0, seeds),
        new Deaf());
  }

  private static void await(Node node, int members) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (node.members() != members && System.nanoTime() < until) {
      Thread.sleep(50);
    }
    assertThat(node.members()).isEqualTo(members);
  }

  @Test
  void nodesComeTogetherAsTheNameComesToListThem() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
      port = free.getLocalPort();
    }
    listed.add(InetAddress.getByName("127.0.0.3"));
    listed.add(InetAddress.getByName("127.0.0.4"));
    Node data = node(Role.DATA, "127.0.0.3");
    Node checkpointer = node(Role.CHECKPOINTER, "127.0.0.4");
    Node coordinator = node(Role.COORDINATOR, "127.0.0.2");
    try {
      Thread.sleep(3000); // two looks: nobody else founds a cluster, nor does who is not listed
      assertThat(List.of(data.members(), checkpointer.members(), coordinator.members()))
          .containsOnly(0);
      listed.add(InetAddress.getByName("127.0.0.2"));
      await(coordinator, 3);
      await(data, 3);
      await(checkpointer, 3);
    } finally {
      coordinator.leave(Duration.ofSeconds(10)); // and all with it
      for (Node node : List.of(data, checkpointer, coordinator)) {
        node.await();
      }
    }
  }
}
