package dev.gnomon.launch;

import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.model.Choice;
import dev.gnomon.model.data.DataKind;
import dev.gnomon.model.diffusion.DiffusionForm;
import dev.gnomon.model.diffusion.PathKind;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.metrics.FeatureKind;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Role;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gnomon list}: what a configuration can choose, from where it is chosen by. */
@Command(
    name = "list",
    description = {
      "Lists what a configuration can choose by a word, key by key.",
      "conf/defaults.conf lists all keys."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ListCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    choices(out, "gnomon.path", PathKind.values());
    choices(out, "gnomon.data.kind", DataKind.values());
    choices(out, "gnomon.condition.source", Source.values());
    choices(out, "gnomon.evaluate.solver, --solver", SolverKind.values());
    choices(out, "gnomon.evaluate.diffusion, --diffusion", DiffusionForm.values());
    choices(out, "gnomon.evaluate.feature-network", FeatureKind.values());
    line(out, 0, "or a class that implements " + FeatureNetwork.class.getName(), "");
    String roles =
        Stream.of(Role.values())
            .filter(role -> role != Role.COORDINATOR)
            .map(Role::wireName)
            .collect(Collectors.joining(" | "));
    out.printf("%ngnomon.actors.{%s}%n", roles);
    line(
        out,
        0,
        "empty = the built-in one, or a class that implements " + ActorFactory.class.getName(),
        "");
    group(out, "--config conf/presets/NAME.conf", Configuration.shipped("presets"));
    group(
        out, "--config conf/profiles/NAME.conf, after another", Configuration.shipped("profiles"));
    out.flush();
    return ExitCode.DONE;
  }

  private static void choices(PrintWriter out, String key, Choice... choices) {
    Map<String, String> meanings = new LinkedHashMap<>();
    Arrays.stream(choices).forEach(choice -> meanings.put(choice.word(), choice.meaning()));
    group(out, key, meanings);
  }

  private static void group(PrintWriter out, String title, Map<String, String> meanings) {
    int width = meanings.keySet().stream().mapToInt(String::length).max().orElse(0);
    out.printf("%n%s%n", title);
    meanings.forEach((word, meaning) -> line(out, width, word, meaning));
  }

  private static void line(PrintWriter out, int width, String word, String meaning) {
    out.println(
        ("  " + word + " ".repeat(Math.max(0, width - word.length())) + "  " + meaning)
            .stripTrailing());
  }
}
