package dev.gnomon.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Noise;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AssignerOptionsTest {

  private static final float[] TIMES = {0.85f, 0.45f, 0.95f, 0.1f, 0.7f, 0.3f, 0.05f, 0.99f};

  private static TrainingSettings settings(
      boolean maskedMean, boolean maskedAssignment, boolean unconditionalTaps) {
    return TinyRun.with(
        TinyRun.settings(Source.BOOTSTRAP, 1, 1),
        maskedMean,
        maskedAssignment,
        unconditionalTaps,
        0);
  }

  private static Taps taps() {
    return taps(0);
  }

  private static Taps taps(long step) {
    float[] features = Noise.normals(5, Noise.Purpose.FEATURES, step, TinyRun.BATCH * 32);
    return new Taps(step, features, TIMES, new int[TinyRun.BATCH], new int[0]);
  }

  private static double loss(TrainingSettings settings, Taps taps) {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState assigner = new AssignerState(device, settings)) {
      return assigner.step(taps).loss();
    }
  }

  /** Noise levels 0.15, 0.55 and 0.3 are within (0.1, 0.6); 0.7, 0.05, 0.9 and so on are not. */
  @Test
  void theMaskedSamplesAloneMakeTheLossAndTheBatchDividesIt() {
    double overBatch = loss(settings(false, false, false), taps());
    double overMasked = loss(settings(true, false, false), taps());
    assertThat(overBatch).isPositive();
    assertThat(overMasked).isCloseTo(overBatch * 8 / 3, within(1e-5 * overMasked));
    Taps nothing = new Taps(0, taps().features(), new float[TinyRun.BATCH], new int[8], new int[0]);
    assertThat(loss(settings(false, false, false), nothing)).isZero();
  }

  @Test
  void assignmentOverTheMaskedSamplesAloneIsAnother() {
    double whole = loss(settings(false, false, false), taps());
    assertThat(loss(settings(false, true, false), taps())).isNotCloseTo(whole, within(1e-4));
  }

  @Test
  void tapsUnderTheNullConditionAreOthersInStageTwoOnly() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining usual =
            new SequentialTraining(device, settings(false, false, false), TinyRun::batch);
        SequentialTraining unconditional =
            new SequentialTraining(device, settings(false, false, true), TinyRun::batch)) {
      long boundary = settings(false, false, false).schedule().boundary();
      for (long k = 0; k <= boundary; k++) {
        float[] a = usual.next().trunk().taps().orElseThrow().features();
        float[] b = unconditional.next().trunk().taps().orElseThrow().features();
        assertThat(Arrays.equals(a, b)).as("step " + k).isEqualTo(k < boundary);
      }
    }
  }

  @Test
  void prototypesAreOfUnitLengthInEachForwardNotInTheFirstAlone() {
    TrainingSettings settings = settings(false, false, false);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState assigner = new AssignerState(device, settings);
        AssignerState other = new AssignerState(device, settings)) {
      for (long k = 0; k < 3; k++) {
        WeightSet before = assigner.save();
        Taps taps = taps(k);
        double loss = assigner.step(taps).loss();
        other.restore(withPrototypesTimes(5, before));
        assertThat(other.step(taps).loss()).as("step " + k).isCloseTo(loss, within(1e-5));
      }
    }
  }

  /** BatchNorm takes that bias out again: what backward leaves for it is rounding. */
  @Test
  void theBiasBeforeTheNormRestsWhileAllElseLearns() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        AssignerState assigner = new AssignerState(device, settings(false, false, false))) {
      for (long k = 0; k < 3; k++) {
        assigner.step(taps(k));
      }
      WeightSet moments = assigner.save().under("moment1.");
      assertThat(moments.names()).hasSizeGreaterThan(5);
      for (String name : moments.names()) {
        float[] moment = moments.get(name).floats();
        float[] zeros = new float[moment.length];
        boolean rests = name.equals(ProjectionHead.BIAS_BEFORE_NORM);
        assertThat(Arrays.equals(moment, zeros)).as(name).isEqualTo(rests);
      }
    }
  }

  private static WeightSet withPrototypesTimes(float by, WeightSet state) {
    Map<String, HostTensor> scaled = new LinkedHashMap<>(state.tensors());
    HostTensor prototypes = state.get("student.prototypes.weight");
    float[] values = prototypes.floats();
    for (int i = 0; i < values.length; i++) {
      values[i] *= by;
    }
    scaled.put("student.prototypes.weight", HostTensor.of(values, prototypes.shape()));
    return new WeightSet(scaled);
  }
}
