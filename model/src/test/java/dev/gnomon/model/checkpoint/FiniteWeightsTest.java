package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteWeightsTest {

  private static final int SIZE = 10_000; // more than two pieces

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 8191, 8192, SIZE - 1})
  void aNumberThatIsNotFiniteIsFoundWhereverItIs(int element) {
    for (double value :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      float[] singles = new float[SIZE];
      singles[element] = (float) value;
      assertThat(FiniteWeights.firstNotFinite(HostTensor.of(singles, SIZE))).isEqualTo(element);
      double[] doubles = new double[SIZE];
      doubles[element] = value;
      assertThat(FiniteWeights.firstNotFinite(HostTensor.of(doubles, SIZE))).isEqualTo(element);
    }
  }

  @Test
  void theLargestNumbersAreFiniteAndSoIsNothing() {
    float most = Float.MAX_VALUE;
    HostTensor singles = HostTensor.of(new float[] {most, -most, -0f, Float.MIN_VALUE}, 4);
    HostTensor doubles = HostTensor.of(new double[] {Double.MAX_VALUE, -Double.MAX_VALUE}, 2);
    HostTensor whole = HostTensor.of(new long[] {-1, Long.MAX_VALUE}, 2);
    for (HostTensor tensor : new HostTensor[] {singles, doubles, whole}) {
      assertThat(FiniteWeights.firstNotFinite(tensor)).isEqualTo(-1);
    }
    assertThat(FiniteWeights.firstNotFinite(HostTensor.of(new float[0], 0))).isEqualTo(-1);
  }

  @Test
  void aHalfWithSuchANumberIsNotWrittenAndTheErrorSaysWhereItIs(@TempDir Path parent)
      throws IOException {
    StoredRun run = StoredRun.in(parent);
    long lineage = run.lineages().open();
    Checkpoint before = run.write(200, lineage);
    Map<String, HostTensor> tensors = new LinkedHashMap<>(StoredRun.trunk(400).tensors());
    tensors.put("moment2.w", HostTensor.of(new float[] {1, 2, Float.NaN, 3}, 2, 2));

    assertThatThrownBy(() -> run.store().writeHalf(400, lineage, "trunk", new WeightSet(tensors)))
        .isInstanceOf(NonFiniteWeightsException.class)
        .hasMessageStartingWith(
            "the trunk half of step 400 is not written: element 2 of moment2.w is NaN");

    assertThat(run.names()).containsExactly("step-000200");
    assertThat(run.store().newest().checkpoint()).contains(before);
  }
}
