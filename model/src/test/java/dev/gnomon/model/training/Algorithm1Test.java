package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.model.Fixture;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Condition;
import dev.gnomon.model.training.TrainingSettings.NoiseLevels;
import dev.gnomon.model.training.TrainingSettings.Precision;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Algorithm 1 against the paper's own network and Sinkhorn, step by step over the boundary. */
class Algorithm1Test {

  /** BatchNorm takes this bias out again: its gradient is rounding, and AdamW walks at random. */
  private static final String WITHOUT_GRADIENT = "projection_head.0.bias";

  /** This statistic contains that bias. */
  private static final String MOVED_BY_IT = "projection_head.1.running_mean";

  @ParameterizedTest
  @ValueSource(strings = {"algorithm1-0", "algorithm1-1"})
  void everyStepEqualsTheReference(String name) {
    long before = NativeArrays.live();
    Fixture fixture = Fixture.read(name);
    TrainingSettings settings = settings(fixture);
    VersionSchedule schedule = settings.schedule();
    WeightSet init = fixture.weights().under("init.");
    Map<Long, WeightSet> versions = new HashMap<>();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        TrunkState trunk = new TrunkState(device, settings);
        TeacherState teacher = new TeacherState(device, settings);
        AssignerState assigner = new AssignerState(device, settings)) {
      assertThat(trunk.initialize(init)).isEmpty();
      assertThat(assigner.initialize(init)).isEmpty();
      for (long k = 0; k < settings.steps(); k++) {
        Draws draws = draws(fixture, settings, (int) k);
        Conditions conditions = Conditions.none(k);
        if (schedule.guided(k)) {
          long version = schedule.version(k);
          assertThat(version).isEqualTo(fixture.weights().get("step.version").longs()[(int) k]);
          teacher.load(version, versions.get(version));
          float[] features = teacher.features(draws.images(), draws.noise(), settings.batchSize());
          conditions = assigner.conditions(k, version, features);
          assertThat(conditions.codes())
              .isEqualTo(
                  Arrays.stream(slice(fixture, "step.codes", (int) k))
                      .mapToInt(c -> (int) c)
                      .toArray());
        }
        TrunkStep trunkStep = trunk.step(draws, conditions, new int[settings.batchSize()]);
        AssignerStep assignerStep = assigner.step(trunkStep.taps().orElseThrow());
        close(fixture, "step.loss_fm", k, trunkStep.loss());
        close(fixture, "step.loss_sk", k, assignerStep.loss());
        close(fixture, "step.ramp", k, assignerStep.ramp());
        close(
            fixture, "step.loss", k, trunkStep.loss() + assignerStep.ramp() * assignerStep.loss());
        assertThat(assignerStep.codes())
            .isEqualTo(
                Arrays.stream(slice(fixture, "step.sk_codes", (int) k))
                    .mapToInt(c -> (int) c)
                    .toArray());
        if (schedule.publishes(k + 1)) {
          versions.put(k + 1, trunk.version());
        }
      }
      Map<String, HostTensor> ours = new LinkedHashMap<>();
      for (WeightSet half : new WeightSet[] {trunk.save(), assigner.save()}) {
        ours.putAll(half.tensors());
      }
      for (String kind : new String[] {"final.", "ema."}) {
        WeightSet reference = fixture.weights().under(kind);
        String prefix = kind.equals("final.") ? "student." : "ema.";
        for (String key : reference.names()) {
          if (!key.endsWith("num_batches_tracked") && !key.equals(WITHOUT_GRADIENT)) {
            assertThat(Fixture.error(ours.get(prefix + key), reference.get(key)))
                .as(prefix + key)
                .isLessThan(key.equals(MOVED_BY_IT) ? 5e-3 : 1e-3);
          }
        }
      }
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  private static void close(Fixture fixture, String name, long k, double ours) {
    double reference = fixture.weights().get(name).floats()[(int) k];
    assertThat(ours)
        .as(name + " of step " + k)
        .isCloseTo(reference, within(1e-4 * Math.max(1, reference)));
  }

  private static long[] slice(Fixture fixture, String name, int k) {
    long[] all = fixture.weights().get(name).longs();
    int width = all.length / (int) fixture.weights().get(name).shape()[0];
    return Arrays.copyOfRange(all, k * width, (k + 1) * width);
  }

  private static float[] floats(Fixture fixture, String name, int k) {
    float[] all = fixture.weights().get(name).floats();
    int width = all.length / (int) fixture.weights().get(name).shape()[0];
    return Arrays.copyOfRange(all, k * width, (k + 1) * width);
  }

  private static Draws draws(Fixture fixture, TrainingSettings settings, int k) {
    var drop = fixture.weights().get("step.drop").data().asIntBuffer();
    boolean[] dropped = new boolean[settings.batchSize()];
    for (int i = 0; i < dropped.length; i++) {
      dropped[i] = drop.get(k * dropped.length + i) != 0;
    }
    return new Draws(
        floats(fixture, "step.x", k),
        floats(fixture, "step.n", k),
        floats(fixture, "step.t", k),
        dropped);
  }

  private static TrainingSettings settings(Fixture fixture) {
    JsonNode mask = fixture.value("mask_t");
    return new TrainingSettings(
        fixture.value("steps").asLong(),
        fixture.value("batch").asInt(),
        1,
        Precision.FP32,
        fixture.value("boundary").asDouble() / fixture.value("steps").asDouble(),
        fixture.value("max_staleness").asInt(),
        fixture.value("publish_every").asInt(),
        fixture.value("ema_decay").asDouble(),
        fixture.network(1),
        new Condition(
            Source.BOOTSTRAP,
            fixture.config("nmb_prototypes").asInt(),
            0,
            fixture.config("p_uncond").asDouble(),
            fixture.value("epsilon").asDouble(),
            fixture.value("iterations").asInt(),
            fixture.value("temperature").asDouble(),
            1,
            false,
            false,
            false),
        new NoiseLevels(
            1 - fixture.value("t_hat").asDouble(),
            1 - mask.get(1).asDouble(),
            1 - mask.get(0).asDouble()),
        fixture.optimizer());
  }
}
