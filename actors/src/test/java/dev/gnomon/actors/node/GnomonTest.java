package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.operator.ServedAt;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.RunSummary.Outcome;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.checkpoint.CheckpointStore;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.protocol.RunStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole run on this machine, as small as can be, with the real engine. */
class GnomonTest {

  private static final RunSettings TINY =
      RunSettings.from(
          Configuration.load(
              List.of(),
              List.of(
                  "gnomon.steps=150",
                  "gnomon.batch-size=4",
                  "gnomon.precision=fp32",
                  "gnomon.threads=1",
                  "gnomon.model.width=16",
                  "gnomon.model.depth=2",
                  "gnomon.model.heads=2",
                  "gnomon.condition.source=none",
                  "gnomon.checkpoint.every=100",
                  "gnomon.evaluate.every=0")));

  @TempDir Path run;

  /** Hears the steps, and opens its gate at the tenth. */
  private static final class Heard implements RunListener {
    final List<Long> steps = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    final CountDownLatch underWay = new CountDownLatch(10);

    @Override
    public void onStep(StepReport report) {
      steps.add(report.step());
      underWay.countDown();
    }

    @Override
    public void onEvent(String line) {
      events.add(line);
    }

    @Override
    public void onScored(long step, Map<String, Double> scores) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }

  @Test
  void aRunThatIsStoppedGoesOnFromItsLastCheckpointAndLeavesNothingBehind() throws Exception {
    long arrays = NativeArrays.live();
    Heard first = new Heard();
    Gnomon started = Gnomon.start(TINY, run, first);
    assertThat(first.underWay.await(60, TimeUnit.SECONDS)).isTrue();
    RunStatus status = started.status().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(status.phase()).isEqualTo("running");
    String address = started.operators().orElseThrow();
    assertThat(ServedAt.in(run)).extracting(ServedAt::address).containsExactly(address);
    assertThat(get(address, "/alive")).isEqualTo("alive\n");
    assertThat(get(address, "/ready")).isEqualTo("ready\n");
    assertThat(get(address, "/status"))
        .contains("\"phase\":\"running\"", "\"state\":\"up\"", "\"actor\":\"trainer\"");
    started.stop();
    RunSummary stopped = started.await();
    assertThat(stopped.outcome()).isEqualTo(Outcome.STOPPED);
    long step = new CheckpointStore(run).newest().checkpoint().orElseThrow().step();
    assertThat(stopped.checkpoint()).isPresent();
    assertThat(step).isBetween(10L, 150L);
    assertThat(NativeArrays.live()).isEqualTo(arrays);
    assertThat(ServedAt.in(run)).isEmpty();

    Heard second = new Heard();
    RunSummary done = Gnomon.start(TINY, run, second).await();
    assertThat(done.outcome()).isEqualTo(Outcome.DONE);
    assertThat(second.events)
        .anyMatch(line -> line.contains("event=lineage number=2 step=" + step));
    assertThat(second.steps.get(0)).isEqualTo(step + 1);
    assertThat(second.steps).hasSize((int) (150 - step));
    assertThat(NativeArrays.live()).isEqualTo(arrays);
  }

  private static String get(String address, String path) throws IOException {
    try (InputStream answer = new URL("http://" + address + path).openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
