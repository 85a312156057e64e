package dev.gnomon.launch;

import dev.gnomon.launch.operate.StatusCommand;
import dev.gnomon.launch.operate.TellCommand;
import java.io.PrintWriter;
import java.util.Locale;
import javax.imageio.ImageIO;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code gnomon} command. */
@Command(
    name = "gnomon",
    description = "Trains diffusion models that guide themselves.",
    subcommands = {
      TrainCommand.class,
      SampleCommand.class,
      EvaluateCommand.class,
      FeaturesCommand.class,
      KMeansCommand.class,
      ReproduceCommand.class,
      NodeCommand.class,
      StatusCommand.class,
      TellCommand.class,
      DoctorCommand.class,
      ListCommand.class
    },
    mixinStandardHelpOptions = true,
    version = "gnomon 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "gnomon COMMAND --help tells more of a command. A first run: gnomon train",
      "gnomon parity DIR compares this build with numbers of the reference implementations.",
      "gnomon bench NAME measures how fast a part is; without a name it lists what can be measured.",
      "",
      "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, 3 data unusable,",
      "71 device lost (start me again)."
    })
public final class Main implements Runnable {

  @Spec private CommandSpec spec;

  public static void main(String[] arguments) {
    System.exit(
        run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), arguments));
  }

  /** Runs the command of {@code arguments}; gives its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Locale.setDefault(Locale.ROOT); // files and lines have the same numbers in every country
    // ImageIO's cache files need a shutdown hook, which nobody may set any more once a run was told
    // to stop; its plots are written after that.
    ImageIO.setUseCache(false);
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(new Failures())
        .setParameterExceptionHandler(Main::misused)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(arguments);
  }

  /** What is wrong, and nothing that hides it; all of the usage where there is no command. */
  private static int misused(ParameterException fault, String[] arguments) {
    CommandLine command = fault.getCommandLine();
    command.getErr().println(fault.getMessage());
    if (fault instanceof UnmatchedArgumentException unmatched) {
      UnmatchedArgumentException.printSuggestions(unmatched, command.getErr());
    }
    if (command.getParent() == null) {
      command.usage(command.getErr());
    } else {
      command
          .getErr()
          .println(command.getCommandSpec().qualifiedName() + " --help lists its options");
    }
    command.getErr().flush();
    return ExitCode.BAD_USAGE;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
