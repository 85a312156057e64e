package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.model.Choice;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.diffusion.SolverKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the file of an experiment, and finds every fault in it before anything starts. */
public final class ExperimentFile {

  private static final String ROOT = "experiment";

  private final Path file;
  private final List<ConfigFault> faults = new ArrayList<>();

  private ExperimentFile(Path file) {
    this.file = file;
  }

  /**
   * The experiment of a file.
   *
   * @param sets "key=value", over the file: keys below {@code gnomon} or below {@code experiment}
   * @param images whether they are to be read; else nobody has to say where they lie
   * @throws InvalidConfiguration with every fault
   */
  public static Experiment read(Path file, List<String> sets, boolean images) {
    ExperimentFile reading = new ExperimentFile(file);
    Experiment experiment = reading.experiment(sets, images);
    reading.require();
    return experiment;
  }

  private void require() {
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
  }

  private Experiment experiment(List<String> sets, boolean images) {
    if (!Files.isRegularFile(file)) {
      faults.add(
          new ConfigFault(
              file.toString(), "", "there is no such file; experiments are in conf/experiments"));
    }
    require();
    Config whole = whole(sets);
    List<String> ofRuns = new ArrayList<>(ofRuns(sets));
    if (!images && !"shapes".equals(kind(whole))) {
      ofRuns.add("gnomon.data.path=not-read");
    }
    ofRuns.add("gnomon.evaluate.every=0"); // scores are jobs of their own
    Config base = Configuration.kept(whole.withoutPath(ROOT), ofRuns);
    CheckedGroup group = group(whole);
    group.known(
        "title",
        "seeds",
        "detail-seeds",
        "samples",
        "curve-samples",
        "sweep-samples",
        "clusters",
        "classifier-steps",
        "modes",
        "guidance",
        "solvers",
        "studies",
        "network");
    List<Mode> modes = group.groups("modes").stream().map(this::mode).toList();
    Experiment experiment =
        new Experiment(
            file.getFileName().toString().replaceFirst("\\.conf$", ""),
            group.text("title"),
            base,
            group.seeds("seeds"),
            group.seeds(group.has("detail-seeds") ? "detail-seeds" : "seeds"),
            group.count("samples", 2),
            group.count("curve-samples", 2),
            group.count("sweep-samples", 2),
            group.count("clusters", 2),
            group.count("classifier-steps", 1),
            modes,
            group.optionalGroup("guidance").map(this::sweep),
            group.groups("solvers").stream().map(this::solvers).toList(),
            group.groups("studies").stream().map(this::study).toList());
    if (faults.isEmpty()) {
      names(group, experiment);
    }
    return experiment;
  }

  private Config whole(List<String> sets) {
    try {
      Config whole = ConfigFactory.parseFile(file.toFile());
      for (String set : sets) {
        if (set.startsWith(ROOT + ".")) {
          whole = layer(set).withFallback(whole);
        }
      }
      return whole.resolve();
    } catch (ConfigException e) {
      faults.add(new ConfigFault(file.toString(), "", "can not be read: " + e.getMessage()));
      require();
      throw e;
    }
  }

  private static String kind(Config whole) {
    return whole.hasPath("gnomon.data.kind") ? whole.getString("gnomon.data.kind") : "shapes";
  }

  private static Config layer(String set) {
    String place = "--set " + set;
    try {
      return ConfigFactory.parseString(
          set, ConfigParseOptions.defaults().setOriginDescription(place));
    } catch (ConfigException plainText) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        throw new InvalidConfiguration(
            List.of(new ConfigFault(place, "", "expected key=value, such as gnomon.steps=1000")));
      }
      return ConfigValueFactory.fromAnyRef(set.substring(equals + 1), place)
          .atPath(set.substring(0, equals));
    }
  }

  private static List<String> ofRuns(List<String> sets) {
    return sets.stream().filter(set -> !set.startsWith(ROOT + ".")).toList();
  }

  private CheckedGroup group(Config whole) {
    if (!whole.hasPath(ROOT)) {
      faults.add(
          new ConfigFault(
              file.toString(), ROOT, "is missing: this is no experiment; see conf/experiments"));
      require();
    }
    return new CheckedGroup(whole.getConfig(ROOT), ROOT, file.toString(), faults);
  }

  private Mode mode(CheckedGroup group) {
    group.known("name", "settings", "begin", "codes");
    Config settings =
        group.optionalGroup("settings").map(CheckedGroup::config).orElse(ConfigFactory.empty());
    return new Mode(
        group.name("name"),
        settings,
        group.optionalGroup("begin").map(ExperimentFile::begin),
        group.optionalGroup("codes").flatMap(ExperimentFile::codes));
  }

  private static Mode.Begin begin(CheckedGroup group) {
    group.known("mode", "at");
    return new Mode.Begin(group.name("mode"), group.number("at", 0, 1));
  }

  /** Empty where a foreign network is not known: neither its file nor its digest is named. */
  private static Optional<Mode.Codes> codes(CheckedGroup group) {
    if (group.has("network")) {
      group.known("network");
      return group.optionalGroup("network").flatMap(ExperimentFile::network);
    }
    group.known("mode", "at", "layer", "noise-level");
    return Optional.of(
        new Mode.OwnCodes(
            group.name("mode"),
            group.number("at", 0, 1),
            group.has("layer") ? Optional.of(group.count("layer", 0)) : Optional.empty(),
            group.has("noise-level")
                ? Optional.of(group.number("noise-level", 0, 1))
                : Optional.empty()));
  }

  private static Optional<Mode.Codes> network(CheckedGroup group) {
    group.known("file", "sha256", "image-size", "mean", "std");
    Optional<Path> file = Optional.of(group.text("file")).filter(f -> !f.isBlank()).map(Path::of);
    Optional<String> known =
        group.has("sha256") ? Optional.of(group.sha256("sha256")) : Optional.empty();
    Optional<String> found = file.flatMap(f -> sha256(group, f));
    if (known.filter(k -> !k.isEmpty()).isPresent() && found.isPresent() && !found.equals(known)) {
      group.fault(
          "file",
          "is another network than the one of network.sha256; if you mean it: --set experiment.network.sha256=%s"
              .formatted(found.get()));
    }
    return found
        .or(() -> known)
        .map(
            sha256 ->
                new Mode.ForeignCodes(
                    file,
                    sha256,
                    group.has("image-size")
                        ? Optional.of(group.count("image-size", 1))
                        : Optional.empty(),
                    group.has("mean") ? group.numbers("mean") : List.of(),
                    group.has("std") ? group.numbers("std") : List.of()));
  }

  private static Optional<String> sha256(CheckedGroup group, Path file) {
    try {
      return Optional.of(SavedFile.sha256(file));
    } catch (IOException e) {
      group.fault("file", "is \"%s\", which is no file that can be read".formatted(file));
      return Optional.empty();
    }
  }

  private Experiment.Sweep sweep(CheckedGroup group) {
    group.known("modes", "strengths");
    return new Experiment.Sweep(group.names("modes"), group.numbers("strengths"));
  }

  private Experiment.Solvers solvers(CheckedGroup group) {
    group.known("mode", "solver", "steps", "tolerances");
    String solver = group.text("solver");
    if (List.of(Choice.words(SolverKind.values())).stream().noneMatch(solver::equals)) {
      group.fault(
          "solver",
          "is \"%s\", expected %s"
              .formatted(solver, String.join(" | ", Choice.words(SolverKind.values()))));
    }
    List<Integer> steps =
        group.has("steps")
            ? group.numbers("steps").stream().map(Double::intValue).toList()
            : List.of();
    if (group.has("steps")
        && group.numbers("steps").stream().anyMatch(n -> n < 1 || n != Math.rint(n))) {
      group.fault("steps", "expected whole numbers from 1 on");
    }
    if (solver.equals(SolverKind.EULER_MARUYAMA.word()) && steps.contains(1)) {
      group.fault("steps", "has 1, expected 2 or more: euler-maruyama's last step is apart");
    }
    List<Double> tolerances = group.has("tolerances") ? group.numbers("tolerances") : List.of();
    if (tolerances.stream().anyMatch(tolerance -> !(tolerance > 0))) {
      group.fault("tolerances", "expected numbers above 0");
    }
    Arrays.stream(SolverKind.values())
        .filter(kind -> kind.word().equals(solver))
        .filter(
            kind ->
                Samplings.adaptive(kind)
                    ? tolerances.isEmpty() || !steps.isEmpty()
                    : steps.isEmpty() || !tolerances.isEmpty())
        .forEach(
            kind ->
                group.fault(
                    "solver",
                    Samplings.adaptive(kind)
                        ? "is %s, which chooses its steps: expected tolerances = [...] beside it, and no steps"
                            .formatted(solver)
                        : "is %s, which has no tolerance: expected steps = [...] beside it, and no tolerances"
                            .formatted(solver)));
    return new Experiment.Solvers(group.name("mode"), solver, steps, tolerances);
  }

  private Study study(CheckedGroup group) {
    String name = group.name("name");
    String mode = group.name("mode");
    Optional<String> question =
        group.has("question") ? Optional.of(group.text("question")) : Optional.empty();
    if (group.has("variants")) {
      group.known("name", "mode", "question", "variants");
      List<Study.Variant> variants =
          group.groups("variants").stream().map(one -> variant(name, one)).toList();
      return new Study(name, mode, question, "settings", variants);
    }
    group.known("name", "mode", "question", "key", "values");
    return Study.of(name, mode, question, group.text("key"), group.values("values"));
  }

  private static Study.Variant variant(String study, CheckedGroup group) {
    group.known("name", "settings");
    String name = group.name("name");
    Config settings =
        group.optionalGroup("settings").map(CheckedGroup::config).orElse(ConfigFactory.empty());
    if (settings.entrySet().isEmpty()) {
      group.fault("settings", "is empty: nothing would change");
    }
    String words =
        settings.entrySet().stream()
            .map(entry -> "%s = %s".formatted(entry.getKey(), entry.getValue().unwrapped()))
            .sorted()
            .collect(Collectors.joining(", ", name + ": `", "`"));
    return new Study.Variant(study + "-" + name, words, settings);
  }

  /** Modes that are named must be there, and before those that begin with them. */
  private void names(CheckedGroup group, Experiment experiment) {
    for (long seed : experiment.detailSeeds()) {
      if (!experiment.seeds().contains(seed)) {
        group.fault("detail-seeds", "has %d, which seeds has not".formatted(seed));
      }
    }
    Set<String> before = new HashSet<>();
    for (Mode mode : experiment.modes()) {
      mode.begin().ifPresent(begin -> known(group, before, begin.mode(), mode.name()));
      mode.codes()
          .filter(Mode.OwnCodes.class::isInstance)
          .map(Mode.OwnCodes.class::cast)
          .ifPresent(codes -> known(group, before, codes.mode(), mode.name()));
      if (!before.add(mode.name())) {
        group.fault("modes", "has %s twice".formatted(mode.name()));
      }
    }
    experiment
        .guidance()
        .ifPresent(sweep -> sweep.modes().forEach(name -> known(group, before, name, "guidance")));
    experiment.solvers().forEach(one -> known(group, before, one.mode(), "solvers"));
    for (Study study : experiment.studies()) {
      known(group, before, study.mode(), study.name());
      if (!before.add(study.name())) {
        group.fault("studies", "has %s twice, or a mode has this name".formatted(study.name()));
      }
      for (Study.Variant variant : study.variants()) {
        if (!before.add(variant.name())) {
          group.fault(
              "studies", "makes %s twice, or a mode has this name".formatted(variant.name()));
        }
      }
    }
  }

  private void known(CheckedGroup group, Set<String> before, String name, String by) {
    if (!before.contains(name)) {
      group.fault(
          "modes",
          "%s names the mode %s; expected one of those before it: %s"
              .formatted(by, ConfigUtil.quoteString(name), String.join(", ", before)));
    }
  }
}
