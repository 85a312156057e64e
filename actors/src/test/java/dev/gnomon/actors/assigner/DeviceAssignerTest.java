package dev.gnomon.actors.assigner;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.Taps;
import dev.gnomon.protocol.Role;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the assigner on a device says of itself. */
class DeviceAssignerTest {

  private static final int BATCH = 8;
  private static final int WIDTH = 16;
  private static final RunSettings SETTINGS =
      RunSettings.from(
          Configuration.load(
              List.of(),
              List.of(
                  "gnomon.steps=1000",
                  "gnomon.batch-size=" + BATCH,
                  "gnomon.boundary=0",
                  "gnomon.threads=1",
                  "gnomon.model.width=" + WIDTH,
                  "gnomon.condition.prototypes=6",
                  "gnomon.condition.queue=2",
                  "gnomon.optimizer.warmup=0")));

  private final Logger log = (Logger) org.slf4j.LoggerFactory.getLogger(SupervisionLog.LOGGER);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    said.start();
    log.addAppender(said);
  }

  @AfterEach
  void hangUp() {
    log.detachAppender(said);
  }

  private List<String> said(String event) {
    return said.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.startsWith("event=" + event + " "))
        .toList();
  }

  /** Taps at a noise level that trains; all images alike, or each of its own. */
  private static Taps taps(long step, boolean alike) {
    float[] features = Noise.normals(5, Noise.Purpose.FEATURES, step, BATCH * WIDTH);
    if (alike) {
      Arrays.fill(features, 1);
    }
    float[] times = new float[BATCH];
    Arrays.fill(times, 0.8f);
    int[] codes = new int[BATCH];
    Arrays.setAll(codes, i -> (int) ((step + i) % 6));
    return new Taps(step, features, times, new int[BATCH], codes);
  }

  private static WeightSet train(WeightSet from, long to, boolean alike) {
    try (AssignerWork work = DeviceAssigner.open(SETTINGS.role(Role.ASSIGNER), SETTINGS)) {
      if (from != null) {
        work.restore(from);
      }
      for (long step = work.step(); step < to; step++) {
        work.step(taps(step, alike));
      }
      return work.save();
    }
  }

  @Test
  void imagesThatAllLookAlikeAreOneWarningOfARunThatWasResumedToo() {
    WeightSet before = train(null, 100, true);
    assertThat(said("codes-collapsed")).isEmpty();
    WeightSet after = train(before, 230, true);
    assertThat(said("codes-collapsed")).hasSize(1);
    assertThat(said("codes-collapsed").get(0))
        .contains("actor=assigner step=199 cause=\"the loss stays at ln K", "steps=200")
        .contains("ln-k=1.792", "effective=6.0", "dead=0", "prototypes=6")
        .contains("gnomon.condition.epsilon below 0.05")
        .contains("a gnomon.condition.queue below 2");
    train(after, 460, true);
    assertThat(said("codes-collapsed")).hasSize(1);
  }

  @Test
  void imagesThatDifferAreNone() {
    train(null, 260, false);
    assertThat(said("codes-collapsed")).isEmpty();
  }

  @Test
  void theScopeOfSinkhornIsSaidAtTheStart() {
    train(null, 0, false);
    assertThat(said("sinkhorn"))
        .containsExactly(
            "event=sinkhorn actor=assigner scope=\"all of a batch of 8 images, with those of the 2"
                + " batches before it\"");
  }
}
