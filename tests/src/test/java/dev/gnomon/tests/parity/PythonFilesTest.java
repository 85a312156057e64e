package dev.gnomon.tests.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reference files were written from Python, with padding and metadata: we read them. */
class PythonFilesTest {

  private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

  @TempDir Path folder;

  static List<Path> files() throws IOException {
    return Parity.files(FIXTURES).stream()
        .filter(file -> file.toString().endsWith(".safetensors"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatPythonWroteIsReadAndRewritten(Path original) throws IOException {
    Path file = folder.resolve("rewritten.safetensors");
    WeightSet weights = Safetensors.read(original);
    Safetensors.write(file, weights, Safetensors.metadata(original));

    assertThat(weights.tensors()).isNotEmpty();
    assertThat(Safetensors.read(file)).isEqualTo(weights);
    assertThat(Safetensors.metadata(file)).isEqualTo(Safetensors.metadata(original));
  }

  @Test
  void pythonsPaddingWasAmongThem() throws IOException {
    assertThat(files()).anySatisfy(file -> assertThat(header(file)).endsWith("}  "));
    assertThat(files()).allSatisfy(file -> assertThat(header(file)).contains("\"__metadata__\""));
  }

  @Test
  void theNumbersAreThosePythonSees() {
    Path uvit = FIXTURES.resolve("uvit-1.safetensors");
    HostTensor times = Safetensors.read(uvit).get("input.t");
    assertThat(times.type()).isEqualTo(HostTensor.Type.F32);
    assertThat(times.shape()).containsExactly(6);
    assertThat(times.floats()).startsWith(867.850708f, 126.967964f, 199.303207f);
    assertThat(Safetensors.metadata(uvit)).containsKeys("config", "source", "note");
  }

  private static String header(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(all, 8, length, StandardCharsets.UTF_8);
  }
}
