package dev.gnomon.tests.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.tests.bench.KernelArchives.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tests/gpu/kernels.py checks is every kernel, as training loads it. */
class KernelArchivesTest {

  private static final Path SCRIPT = Path.of("gpu/kernels.py");
  private static final Pattern CASE = Pattern.compile("(?m)^@case\\(\"(\\w+)\", \"(\\w+)\"\\)$");

  @TempDir Path folder;

  @Test
  void everyProgramThatTheModelLoadsIsWritten() {
    Set<String> loading =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.gnomon.model")
                .stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(Kernels.class))
                .filter(call -> call.getName().equals("load"))
                .map(JavaMethodCall::getOriginOwner)
                .map(type -> type.getSimpleName())
                .collect(Collectors.toSet());
    assertThat(KernelArchives.programs().stream().map(Program::program).collect(Collectors.toSet()))
        .isEqualTo(loading)
        .hasSizeGreaterThan(5);
  }

  @Test
  void theScriptKnowsEveryKernelAndNoOther() throws IOException {
    List<String> written =
        KernelArchives.programs().stream()
            .flatMap(each -> each.kernels().stream().map(kernel -> each.program() + "." + kernel))
            .distinct()
            .toList();
    List<String> known =
        CASE.matcher(Files.readString(SCRIPT))
            .results()
            .map(match -> match.group(1) + "." + match.group(2))
            .toList();
    assertThat(known).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void everyFileHoldsItsProgram() throws IOException {
    KernelArchives.write(folder);
    JsonNode archives = new ObjectMapper().readTree(folder.resolve("kernels.json").toFile());
    List<Program> programs = KernelArchives.programs();
    assertThat(archives.get("archives")).hasSameSizeAs(programs);
    assertThat(programs).extracting(Program::file).doesNotHaveDuplicates();
    for (Program program : programs) {
      try (ZipFile zip = new ZipFile(folder.resolve(program.file()).toFile())) {
        byte[] text = zip.getInputStream(zip.getEntry("m/code/__torch__.py")).readAllBytes();
        assertThat(new String(text, StandardCharsets.UTF_8)).endsWith(program.text());
      }
    }
  }

  /** A GPU's programs too: the compiler knows a GPU's operators wherever it runs. */
  @Test
  void everyProgramCompiles() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      for (Program program : KernelArchives.programs()) {
        assertThat(program.kernels()).as(program.file()).isNotEmpty();
        Kernels.load(device, program.text()).close();
      }
    }
  }

  /** Skipped where there is no Python with a PyTorch that runs every kernel on a CPU. */
  @Test
  void everyKernelIsRightInPyTorch() throws Exception {
    Optional<String> python = Optional.empty();
    for (String interpreter : List.of("python3", "/usr/bin/python3")) {
      if (python.isEmpty() && said(interpreter, "-c", VERSION).endsWith("new enough")) {
        python = Optional.of(interpreter);
      }
    }
    assumeThat(python).as("a python3 with PyTorch 2.4 or later").isPresent();
    KernelArchives.write(folder);
    String said =
        said(
            python.get(),
            SCRIPT.toString(),
            folder.toString(),
            "--device=cpu",
            "--small",
            "--batch=2",
            "--repeats=2");
    assertThat(said).contains("kernels: all right").contains("share").doesNotContain("OFF");
  }

  private static final String VERSION =
      "import torch; v = torch.__version__.split('.');"
          + " print('new enough' if (int(v[0]), int(v[1])) >= (2, 4) else 'too old')";

  /** What a command printed; nothing where it is not there. */
  private static String said(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
      return said;
    } catch (IOException absent) {
      return "";
    }
  }
}
