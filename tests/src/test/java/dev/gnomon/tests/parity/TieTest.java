package dev.gnomon.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A head of width 2 that gives its normalised features as the scores of two prototypes. */
class TieTest {

  private static final double[] STILL = {0, 0};

  @Test
  void scoresApartAreNoTieAndScoresTogetherAre() {
    assertThat(tie(1, 0.9f, STILL)).isFalse();
    assertThat(tie(1, 1, STILL)).isTrue();
  }

  @Test
  void aWalkCountsByWhatItDoesToTheTwoBestScores() {
    assertThat(tie(1, 0.99f, STILL)).isFalse();
    assertThat(tie(1, 0.99f, new double[] {1e-3, 0})).isFalse();
    assertThat(tie(1, 0.99f, new double[] {2e-2, 0})).isTrue();
  }

  private static boolean tie(float first, float second, double[] walk) {
    Map<String, HostTensor> head = new LinkedHashMap<>();
    head.put("projection_head.0.weight", matrix());
    head.put(ProjectionHead.BIAS_BEFORE_NORM, HostTensor.of(new float[2], 2));
    head.put("projection_head.1.weight", HostTensor.of(new float[] {1, 1}, 2));
    head.put("projection_head.1.bias", HostTensor.of(new float[2], 2));
    head.put("projection_head.1.running_mean", HostTensor.of(new float[2], 2));
    head.put("projection_head.1.running_var", HostTensor.of(new float[] {1, 1}, 2));
    head.put("projection_head.3.weight", matrix());
    head.put("projection_head.3.bias", HostTensor.of(new float[2], 2));
    head.put(ProjectionHead.PROTOTYPES, matrix());
    float[] features = {first, second};
    return Tie.is(new Trace.Judged(features, new WeightSet(head)), 0, 2, 2, walk);
  }

  private static HostTensor matrix() {
    return HostTensor.of(new float[] {1, 0, 0, 1}, 2, 2);
  }
}
