package dev.gnomon.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gnomon bench NAME}: how fast a part is, against something measured in the same run. */
@Command(
    name = "bench",
    description = {
      "Measures a part against something else in the same run, and prints the ratio of the medians,",
      "what it must reach and what it should. tests/BENCHMARKS.md has the table and how each figure",
      "was reached. Without a name: lists what can be measured."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class BenchCommand implements Callable<Integer> {

  private static final Map<String, Function<BenchCommand, Bench>> BENCHES = new LinkedHashMap<>();

  static {
    BENCHES.put("step", command -> new StepBench(command.precision));
    BENCHES.put("reference", any -> new ReferenceBench());
    BENCHES.put("optimizer", any -> new OptimizerBench());
    BENCHES.put("pipeline", any -> new PipelineBench());
    BENCHES.put("overlap", any -> new OverlapBench());
    BENCHES.put("sinkhorn", any -> new SinkhornBench());
    BENCHES.put("teacher", any -> new TeacherBench());
    BENCHES.put("weights", any -> new WeightsBench());
    BENCHES.put("checkpoint", any -> new CheckpointBench());
    BENCHES.put("frechet", any -> new FrechetBench());
    BENCHES.put("loader", command -> new LoaderBench(command.precision));
    BENCHES.put("sample", any -> new SampleBench());
    BENCHES.put("nodes", command -> new NodesBench(command.plots));
    BENCHES.put("scaling", command -> new ScalingBench(command.precision, command.plots));
  }

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "What to measure, or all.")
  private List<String> names = List.of();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "11",
      description = "How often each side is measured. Default: ${DEFAULT-VALUE}")
  private int repeats;

  @Option(
      names = "--precision",
      paramLabel = "bf16|fp32",
      defaultValue = "bf16",
      description = "Compute precision of step, loader and scaling. Default: ${DEFAULT-VALUE}")
  private Precision precision;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "bench-scaling",
      description = "Where scaling and nodes write their plots. Default: ${DEFAULT-VALUE}")
  private Path plots;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the figures here as well.")
  private Path json;

  @Option(
      names = "--kernels",
      paramLabel = "DIR",
      description = "Write the native kernels here, for tests/gpu/kernels.py, and stop.")
  private Path kernels;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    if (kernels != null) {
      KernelArchives.write(kernels);
      out.printf("%d archives in %s%n", KernelArchives.programs().size(), kernels);
      return 0;
    }
    if (names.isEmpty()) {
      BENCHES.forEach((name, bench) -> out.printf("%-12s %s%n", name, bench.apply(this).what()));
      return 0;
    }
    List<String> chosen = names.equals(List.of("all")) ? List.copyOf(BENCHES.keySet()) : names;
    for (String name : chosen) {
      if (!BENCHES.containsKey(name)) {
        throw new ParameterException(
            spec.commandLine(),
            "nothing is measured as \"%s\"; there are %s".formatted(name, BENCHES.keySet()));
      }
    }
    Map<String, List<Figure>> all = new LinkedHashMap<>();
    for (String name : chosen) {
      List<Figure> figures = new ArrayList<>(BENCHES.get(name).apply(this).measure(repeats));
      figures.forEach(figure -> out.printf("%-10s %s%n", name, figure));
      out.flush();
      all.put(name, figures);
    }
    if (json != null) {
      write(all);
    }
    return 0;
  }

  private void write(Map<String, List<Figure>> figures) throws Exception {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("time", Instant.now().toString());
    file.put("cores", Runtime.getRuntime().availableProcessors());
    file.put("repeats", repeats);
    file.put("precision", precision);
    file.put("figures", figures);
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(json.toFile(), file);
  }
}
