package dev.gnomon.launch;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.Machine.Check;
import dev.gnomon.launch.Machine.State;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.data.ImageSet;
import dev.gnomon.model.data.ImageSets;
import dev.gnomon.protocol.Role;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gnomon doctor}: what is there for a run, what is missing, and what to do about it. */
@Command(
    name = "doctor",
    description = {
      "Looks at engine, devices, threads, memory, disk, ports and data without starting a run.",
      "Exit code 1 if something is missing that every run needs."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {

  @Mixin private ConfigurationOptions configuration;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    RunSettings settings = RunSettings.from(configuration.config());
    Plugins.check(settings);
    List<Check> checks = new ArrayList<>();
    checks.add(Machine.java());
    checks.addAll(Machine.engine());
    checks.add(Machine.bf16());
    checks.add(Machine.threads());
    Optional<ImageSet> images = Optional.empty();
    Check data;
    try {
      images = Optional.of(ImageSets.open(settings.data()));
      data = new Check(State.OK, "data", images.get().description(), "");
    } catch (DataException e) {
      data =
          new Check(State.MISSING, "data", e.getMessage(), "--data PATH says where the images lie");
    }
    MemoryCheck memory =
        new MemoryCheck(
            settings,
            EnumSet.allOf(Role.class),
            images.map(ImageSet::bytes).orElse(0L),
            AvailableMemory.here());
    checks.add(memory.check());
    checks.add(Machine.disk(Path.of("runs")));
    checks.add(Ports.operators(settings.http()));
    checks.add(Ports.nodes());
    checks.add(data);

    PrintWriter out = spec.commandLine().getOut();
    for (Check check : checks) {
      out.printf("%-8s %-8s %s%n", word(check.state()), check.what(), check.seen());
      if (!check.remedy().isEmpty()) {
        String more = "%n%-21s".formatted("");
        out.printf("%-8s %-8s -> %s%n", "", "", check.remedy().replace("\n", more));
      }
    }
    out.printf("%n%s%n", memory.table());
    out.flush();
    boolean missing = checks.stream().anyMatch(check -> check.state() == State.MISSING);
    return missing ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static String word(State state) {
    return switch (state) {
      case OK -> "ok";
      case NOTE -> "note";
      case MISSING -> "MISSING";
    };
  }
}
