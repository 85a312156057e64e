package dev.gnomon.tests.parity;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gnomon parity DIR}: this build beside the numbers of the reference implementations. */
@Command(
    name = "parity",
    description = {
      "Compares this build with every file of reference numbers in DIR, and prints a row a quantity:",
      "its largest deviation from the reference, what is tolerated, and ok or OFF.",
      "",
      "What a file holds is told by its name, its sizes and configuration by its header:",
      "uvit-*.safetensors, algorithm1-*.safetensors, sinkhorn*.safetensors, frechet*.safetensors,",
      "clustering*.json, dopri5*.json. The project's own are in tests/src/test/resources/fixtures.",
      "",
      "Exit codes: 0 all equal, 1 something is off or can not be compared, 2 bad usage."
    },
    mixinStandardHelpOptions = true)
public final class ParityCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "Folder of the files.")
  private Path directory;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new ParameterException(spec.commandLine(), directory + " is no folder");
    }
    List<Path> files = Parity.files(directory);
    if (files.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), directory + " holds no .safetensors or .json file");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(Row.heading());
    int compared = 0;
    int off = 0;
    for (Path file : files) {
      for (Row row : Parity.rows(file)) {
        out.println(row);
        out.flush();
        compared++;
        off += row.ok() ? 0 : 1;
      }
    }
    out.printf(
        "%d quantities of %d files: %s%n",
        compared, files.size(), off == 0 ? "all equal" : off + " OFF");
    out.flush();
    return off == 0 ? 0 : 1;
  }
}
