package dev.gnomon.launch.operate;

import dev.gnomon.actors.operator.RunToken;
import dev.gnomon.actors.operator.WishText;
import dev.gnomon.launch.ExitCode;
import dev.gnomon.launch.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gnomon tell}: makes a run that is under way pause, go on, write, score, change or end. */
@Command(
    name = "tell",
    description = {
      "Tells a run that is under way what to do.",
      "",
      "  pause          no further step starts; what is under way is finished",
      "  continue       goes on after a pause",
      "  checkpoint     writes one as soon as it can be whole, also while paused",
      "  evaluate       scores the newest checkpoint",
      "  stop           writes a last checkpoint and ends the run, all its processes",
      "  set KEY=VALUE...   changes keys, all of them or none, and keeps them in the",
      "                 run's config.resolved.conf: gnomon.checkpoint.every,",
      "                 gnomon.evaluate.every, gnomon.restart.attempts,",
      "                 gnomon.restart.within, gnomon.restart.skipped-batches,",
      "                 gnomon.deadlines.waiting, gnomon.deadlines.evaluator,",
      "                 gnomon.deadlines.stop. The others are what the run's numbers depend",
      "                 on, or are read when a process starts.",
      "",
      "Who tells must know the run's secret, in its file http/token.",
      "",
      "Exit codes: 0 it does as it was told, 1 it does not, with the reason, or nobody",
      "answers, 2 bad usage."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class TellCommand implements Callable<Integer> {

  private static final int BAD_REQUEST = 400;

  @Parameters(
      index = "0",
      paramLabel = "RUN-OR-ADDRESS",
      description = "Folder of the run, or HOST:PORT where one of its processes answers.")
  private String whom = "";

  @Parameters(index = "1..*", paramLabel = "WISH", arity = "1..*", description = "What to do.")
  private List<String> wish = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Where the run's secret lies. Default: http/token in the run's folder.")
  private Optional<Path> tokenFile = Optional.empty();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path folder = Path.of(whom);
    boolean isRun = Files.isDirectory(folder);
    if (!isRun && !Address.is(whom)) {
      throw new UsageException(
          "\"%s\" is neither the folder of a run nor HOST:PORT".formatted(whom));
    }
    if (!isRun && tokenFile.isEmpty()) {
      throw new UsageException(
          "--token-file FILE: %s hears only who knows the run's secret, the file http/token in its folder"
              .formatted(whom));
    }
    try {
      WishText.parse(wish);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage());
    }
    try {
      RunContact contact = isRun ? RunContact.of(folder) : RunContact.at(whom);
      String token = tokenFile.map(RunToken::new).orElseGet(() -> RunToken.of(folder)).read();
      return say(contact.client().tell(String.join("\n", wish), token));
    } catch (UnreachableRun nobody) {
      spec.commandLine().getErr().println("gnomon tell: " + nobody.getMessage());
      return ExitCode.FAILED;
    }
  }

  private int say(OperatorClient.Answer answer) {
    if (answer.code() == 200) {
      spec.commandLine().getOut().println(answer.body());
      return ExitCode.DONE;
    }
    spec.commandLine()
        .getErr()
        .println(
            "gnomon tell: "
                + (answer.code() == 401
                    ? "the secret in %s is not that of this run"
                        .formatted(tokenFile.map(Path::toString).orElse("its folder"))
                    : answer.body()));
    return answer.code() == BAD_REQUEST ? ExitCode.BAD_USAGE : ExitCode.FAILED;
  }
}
