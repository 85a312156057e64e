package dev.gnomon.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** This build beside the numbers of the reference implementations, and how it says what is off. */
class ParityTest {

  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  @TempDir Path folder;

  static List<Path> files() throws IOException {
    return Parity.files(FIXTURES);
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyQuantityEqualsTheReference(Path file) {
    long before = NativeArrays.live();
    assertThat(Parity.rows(file))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.ok()).as("%s", row).isTrue());
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"algorithm1-0.safetensors", "algorithm1-1.safetensors"})
  void theStudentsBalancedCodesEqualTheReferencesToo(String name) throws IOException {
    Algorithm1Reference reference = new Algorithm1Reference(Reference.read(FIXTURES.resolve(name)));
    Trace actors = Replay.run(reference, folder);
    for (long k = 0; k < reference.settings().steps(); k++) {
      int[] codes = actors.assignerStep(k).codes();
      double[] expected = reference.step("sk_codes", k);
      for (int i = 0; i < codes.length; i++) {
        assertThat((double) codes[i]).as("step %d, image %d", k, i).isEqualTo(expected[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "uvit-1, output, output",
    "uvit-1, grad.norm.weight, gradients",
    "uvit-1, feature.block2, outputs of 3 blocks",
    "uvit-1, after.pos_embed, parameters after",
    "uvit-1, adamw.losses, AdamW losses",
    "sinkhorn, q0, '32 x 10, eps 0.05, 3 iterations, float64'",
    "frechet, x1, case 1",
    "algorithm1-0, step.loss_fm, L_FM",
    "algorithm1-0, step.loss_sk, L_SK",
    "algorithm1-0, step.codes, codes",
    "algorithm1-0, step.version, version",
    "algorithm1-0, final.norm.weight, final trunk",
    "algorithm1-0, final.prototypes.weight, final head and prototypes",
    "algorithm1-0, ema.projection_head.1.running_var, ema BatchNorm variance",
    "algorithm1-0, ema.projection_head.1.running_mean, ema BatchNorm mean",
  })
  void anotherNumberIsSeen(String name, String tensor, String quantity) throws IOException {
    Path broken = folder.resolve(name + ".safetensors");
    copyWithAnother(FIXTURES.resolve(name + ".safetensors"), broken, tensor);
    assertThat(Parity.rows(broken).stream().filter(row -> !row.ok()))
        .isNotEmpty()
        .anySatisfy(row -> assertThat(row.quantity()).contains(quantity));
  }

  @Test
  void theCommandFailsWhereSomethingIsOffOrCanNotBeCompared() throws IOException {
    Files.copy(FIXTURES.resolve("clustering.json"), folder.resolve("clustering-1.json"));
    assertThat(run(folder)).isEqualTo(0);

    Files.writeString(
        folder.resolve("clustering-2.json"),
        "{\"cases\":[{\"labels\":[0,0,1,1],\"clusters\":[0,0,1,1],\"nmi\":0.5}]}");
    assertThat(run(folder)).isEqualTo(1);
    Files.delete(folder.resolve("clustering-2.json"));

    Files.writeString(folder.resolve("uvit-cut.safetensors"), "no tensors here");
    assertThat(Parity.rows(folder.resolve("uvit-cut.safetensors")))
        .singleElement()
        .satisfies(row -> assertThat(row.toString()).contains("OFF", "uvit-cut.safetensors"));
    assertThat(run(folder)).isEqualTo(1);
    Files.delete(folder.resolve("uvit-cut.safetensors"));

    Files.writeString(folder.resolve("other.json"), "{}");
    assertThat(run(folder)).as("a file of an unknown kind").isEqualTo(1);
    assertThat(run(folder.resolve("nowhere"))).isEqualTo(2);
  }

  @Test
  void aNetworkThatWeDoNotBuildIsNamed() throws IOException {
    Path original = FIXTURES.resolve("uvit-1.safetensors");
    Path file = folder.resolve("uvit-rope.safetensors");
    Map<String, String> header = new LinkedHashMap<>(Safetensors.metadata(original));
    header.computeIfPresent("config", (key, json) -> json.replace("{", "{\"rope\": true, "));
    Safetensors.write(file, Safetensors.read(original), header);
    assertThat(Parity.rows(file))
        .singleElement()
        .satisfies(row -> assertThat(row.toString()).contains("OFF", "unknown \"rope\""));
  }

  private static int run(Path directory) {
    return new CommandLine(new ParityCommand())
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(new StringWriter()))
        .execute(directory.toString());
  }

  /** The same file but for one tensor, which is three times as large everywhere. */
  private static void copyWithAnother(Path from, Path to, String name) throws IOException {
    WeightSet weights = Safetensors.read(from);
    Map<String, HostTensor> tensors = new LinkedHashMap<>(weights.tensors());
    HostTensor tensor = weights.get(name);
    double[] numbers = Reference.numbers(tensor);
    tensors.put(
        name,
        switch (tensor.type()) {
          case F64 -> HostTensor.of(times3(numbers), tensor.shape());
          case I64 -> HostTensor.of(longs(times3(numbers)), tensor.shape());
          default -> HostTensor.of(floats(times3(numbers)), tensor.shape());
        });
    Safetensors.write(to, new WeightSet(tensors), Safetensors.metadata(from));
  }

  private static double[] times3(double[] numbers) {
    return java.util.Arrays.stream(numbers).map(x -> 3 * x).toArray();
  }

  private static long[] longs(double[] numbers) {
    return java.util.Arrays.stream(numbers).mapToLong(x -> (long) x).toArray();
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
