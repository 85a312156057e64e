package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostCopiesTest {

  private ComputeDevice device;
  private NDManager owner;
  private Map<String, NDArray> arrays;
  private HostCopies copies;

  @BeforeEach
  void open() {
    device = ComputeDevice.open("cpu", 2);
    owner = device.scope();
    arrays = new LinkedHashMap<>();
    arrays.put("scalar", owner.create(7f));
    arrays.put("counts", owner.create(new long[] {1, 2, 3}));
    arrays.put("matrix", owner.arange(0f, 600_000f, 1f, DataType.FLOAT32).reshape(200, 3000));
    arrays.put("none", owner.zeros(new Shape(0, 4)));
    copies = new HostCopies(device, arrays);
  }

  @AfterEach
  void close() {
    owner.close();
    device.close();
  }

  @Test
  void aCopyHoldsWhatTheArraysHeld() {
    assertThat(copies.copy()).isEqualTo(new WeightSet(ComputeDevice.copy(arrays)));
    assertThat(copies.copy().names()).containsExactly("scalar", "counts", "matrix", "none");
  }

  @Test
  void aCopyStaysWhenTheArraysChangeAndTheDeviceGoes() {
    WeightSet before = new WeightSet(ComputeDevice.copy(arrays));
    WeightSet copy = copies.copy();
    arrays.get("matrix").muli(-1);
    WeightSet second = copies.copy();
    assertThat(copy).isEqualTo(before);
    assertThat(second.get("matrix").floats()[1]).isEqualTo(-1);
    owner.close();
    assertThat(copy).isEqualTo(before);
  }

  @Test
  void memoryThatIsGivenBackIsUsedAgainAndOnlyThen() {
    WeightSet first = copies.copy();
    WeightSet kept = copies.copy();
    first.release();
    first.release();
    arrays.get("matrix").addi(5);
    WeightSet third = copies.copy();
    WeightSet fourth = copies.copy();
    assertThat(first.get("matrix").floats()[0]).as("written over by the third").isEqualTo(5);
    assertThat(kept.get("matrix").floats()[0]).isZero();
    fourth.get("matrix");
    arrays.get("matrix").addi(5);
    fourth.release();
    copies.copy();
    assertThat(third.get("matrix").floats()[0]).as("not given back twice").isEqualTo(5);
  }

  @Test
  void aLargerSetSharesTheMemory() {
    WeightSet copy = copies.copy();
    WeightSet more = copy.with(Map.of("step", HostTensor.of(new long[] {9})));
    assertThat(more.get("step").longs()).containsExactly(9);
    more.release();
    arrays.get("matrix").addi(1);
    copies.copy();
    assertThat(copy.get("matrix").floats()[0]).isEqualTo(1);
  }

  @Test
  void noNativeArrayIsLeft() {
    copies.copy();
    long before = NativeArrays.live();
    for (int i = 0; i < 3; i++) {
      copies.copy();
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
  }
}
