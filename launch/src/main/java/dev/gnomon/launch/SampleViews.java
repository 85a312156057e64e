package dev.gnomon.launch;

import dev.gnomon.launch.Interpolation.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that show samples otherwise than plainly; at most one of them at a time. */
final class SampleViews {

  /** Rows of a view that is not told how many. */
  static final int ROWS = 8;

  private static final int POSITIONS = 9;

  /** Two whole numbers with a comma between them. */
  static final class Pair implements ITypeConverter<Numbers> {

    @Override
    public Numbers convert(String value) {
      String[] halves = value.split(",", -1);
      try {
        if (halves.length == 2) {
          return new Numbers(
              Integer.parseInt(halves[0].strip()), Integer.parseInt(halves[1].strip()));
        }
      } catch (NumberFormatException notANumber) {
        // said below
      }
      throw new TypeConversionException("'%s' is not two numbers, such as 0,5".formatted(value));
    }
  }

  @Option(
      names = "--chain",
      description =
          "What the images are estimated to become at times on their way: a sample a row, a time a"
              + " column.")
  private boolean chain;

  @Option(
      names = "--between-prototypes",
      paramLabel = "A,B",
      converter = Pair.class,
      description = "From prototype A to B, linearly; a sample's noise a row.")
  private Optional<Numbers> prototypes = Optional.empty();

  @Option(
      names = "--between-noises",
      paramLabel = "I,J",
      converter = Pair.class,
      description =
          "From the noise of sample I to that of J, on the sphere; the next row from I + 1 to J + 1"
              + " and so on. Their codes go along linearly, unless a condition is given for all.")
  private Optional<Numbers> noises = Optional.empty();

  @Option(
      names = "--positions",
      paramLabel = "P",
      description = "Columns of --between-..., both ends among them. Default: 9.")
  private Optional<Integer> positions = Optional.empty();

  @Option(
      names = "--sweep",
      paramLabel = "guidance=FROM:TO:BY|steps=N,N,...",
      converter = Sweep.Converter.class,
      description =
          "The same samples by each value, such as guidance=0:4:0.5 or steps=5,10,20,40: a value a"
              + " row; and, where the run's images are at hand, FD over guidance or over network"
              + " evaluations, as a plot and a .tsv.")
  private Optional<Sweep> sweep = Optional.empty();

  @Option(names = "--grid-only", description = "--sweep without FD.")
  private boolean gridOnly;

  boolean chain() {
    return chain;
  }

  Optional<Sweep> sweep() {
    return sweep;
  }

  boolean gridOnly() {
    return gridOnly;
  }

  /** What lies between two, where that is asked for. */
  Optional<Interpolation> interpolation(Optional<Integer> rows) {
    int columns = positions.orElse(POSITIONS);
    return prototypes
        .map(p -> new Interpolation("--between-prototypes", p, false, rows.orElse(ROWS), columns))
        .or(
            () ->
                noises.map(
                    n ->
                        new Interpolation(
                            "--between-noises", n, true, rows.orElse(ROWS), columns)));
  }

  /**
   * Checks what goes together.
   *
   * @throws UsageException where something does not
   */
  void check(SamplingOptions sampling, SampleCondition condition, Optional<SampleFormat> format) {
    List<String> given = new ArrayList<>();
    if (chain) {
      given.add("--chain");
    }
    prototypes.ifPresent(p -> given.add("--between-prototypes"));
    noises.ifPresent(n -> given.add("--between-noises"));
    sweep.ifPresent(s -> given.add("--sweep"));
    if (given.size() > 1) {
      throw new UsageException(
          "%s: each is a picture of its own; give one of them".formatted(String.join(", ", given)));
    }
    if (!given.isEmpty() && format.isPresent()) {
      throw new UsageException(
          "--as: %s writes a picture of its own; leave --as out".formatted(given.get(0)));
    }
    if (prototypes.isPresent() && condition.option().isPresent()) {
      throw new UsageException(
          "%s: the prototypes are those of --between-prototypes; leave it out"
              .formatted(condition.option().get()));
    }
    if (positions.isPresent() && prototypes.isEmpty() && noises.isEmpty()) {
      throw new UsageException(
          "--positions: there are none; add --between-prototypes or --between-noises");
    }
    if (gridOnly && sweep.isEmpty()) {
      throw new UsageException("--grid-only: there is only a grid; add --sweep, or leave it out");
    }
    sweep.ifPresent(values -> sampling.requireFree(values.setting()));
  }
}
