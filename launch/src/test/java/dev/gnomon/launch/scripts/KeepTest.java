package dev.gnomon.launch.scripts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code launch/keep}: what is started again and when, and what ends it. */
@Execution(ExecutionMode.CONCURRENT)
class KeepTest {

  @TempDir private Path folder;
  private ScriptHome home;

  @BeforeEach
  void install() throws Exception {
    home = new ScriptHome(folder);
  }

  @AfterEach
  void end() throws Exception {
    home.close();
  }

  private ScriptHome.Running keep(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--run", "a run", "--name", "teacher"));
    arguments.addAll(List.of(options));
    if (!arguments.contains("--status") && !arguments.contains("--watch")) {
      arguments.addAll(List.of("--", "--roles", "teacher"));
    }
    return home.start("keep", arguments.toArray(String[]::new));
  }

  @Test
  void startsAgainWhatASignalKilledOrSaysSoButNotWhatFails() throws Exception {
    home.acts("teacher", "exit 71", "signal KILL", "exit 1");
    ScriptHome.Ended ended = keep().end();
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.output())
        .contains("teacher ended with 71; attempt 1 of 5 in 1 s")
        .contains("teacher was killed by SIGKILL; attempt 2 of 5 in 2 s");
    assertThat(home.lines("started"))
        .containsExactly(
            "node --run a run --roles teacher",
            "node --run a run --roles teacher",
            "node --run a run --roles teacher");
  }

  @Test
  void givesUpAfterItsAttempts() throws Exception {
    home.acts("teacher", "exit 71", "exit 71", "exit 0");
    ScriptHome.Ended ended = keep("--attempts", "1").end();
    assertThat(ended.code()).isEqualTo(71);
    assertThat(ended.output()).contains("ended with 71 after 1 attempts within 600 s: given up");
    assertThat(home.lines("started")).hasSize(2);
  }

  @Test
  void attemptsBeginAnewOnceItHasStayedUp() throws Exception {
    home.acts("teacher", "exit 71", "for 3 71", "exit 71", "exit 0");
    ScriptHome.Ended ended = keep("--attempts", "1", "--within", "3").end();
    assertThat(ended.code()).isEqualTo(71);
    assertThat(home.lines("started")).as(ended.output()).hasSize(3);
  }

  @Test
  void passesATermOnAndStartsNothingAgain() throws Exception {
    home.acts("teacher", "stays");
    ScriptHome.Running keep = keep();
    ScriptHome.await("its start", () -> !home.lines("started").isEmpty());
    ScriptHome.Ended ended = keep.signal("TERM").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(home.lines("told")).containsExactly("teacher");
    assertThat(home.lines("started")).hasSize(1);
  }

  @Test
  void killsWhatDoesNotEndInTime() throws Exception {
    home.acts("teacher", "deaf");
    ScriptHome.Running keep = keep("--grace", "1");
    ScriptHome.await("its start", () -> !home.lines("started").isEmpty());
    ScriptHome.Ended ended = keep.signal("TERM").end();
    assertThat(ended.code()).isEqualTo(137);
    assertThat(ended.output()).contains("has not ended within 1 s: killed");
  }

  @Test
  void oneOfANameIsUpAtATime() throws Exception {
    keep();
    ScriptHome.await("its start", () -> !home.lines("started").isEmpty());
    ScriptHome.Ended second = keep().end();
    assertThat(second.code()).isEqualTo(2);
    assertThat(second.output()).contains("teacher is up already in a run");
    assertThat(home.lines("started")).hasSize(1);
  }

  @Test
  void ifItIsKilledItsNodeEndsAndTheNextOneWaitsForThat() throws Exception {
    home.acts("teacher", "late 1");
    ScriptHome.Running first = keep();
    ScriptHome.await("its start", () -> !home.lines("started").isEmpty());
    first.signal("KILL").end();
    ScriptHome.await("the node is told", () -> !home.lines("told").isEmpty());
    ScriptHome.Running second = keep().awaitOutput("of before is still ending");
    assertThat(home.lines("started")).hasSize(1);
    ScriptHome.await("the next start", () -> home.lines("started").size() == 2);
    second.signal("TERM").end();
  }

  @Test
  void whatNobodyLooksAtEnds() throws Exception {
    ScriptHome.Ended ended = keep("--unwatched", "1").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("was not looked at for 1 s: told to end");
    assertThat(home.lines("told")).containsExactly("teacher");
  }

  @Test
  void killsWhatDoesNotAnswerAndStartsItAgain() throws Exception {
    home.acts("teacher", "silent", "exit 0");
    ScriptHome.Ended ended = keep("--unanswered", "1").end();
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("has not answered for 1 s: killed");
    assertThat(home.file("a run/supervision.log"))
        .content()
        .contains("event=process-frozen name=teacher pid=")
        .contains("exit=137 signal=KILL")
        .contains("attempt=1/5 backoff=1s")
        .contains("event=process-started name=teacher pid=");
  }

  @Test
  void goesOnInTheBackgroundAndTellsHowItIs() throws Exception {
    assertThat(keep("--status").end()).isEqualTo(new ScriptHome.Ended(3, "never started\n"));
    assertThat(keep("--detach").end()).isEqualTo(new ScriptHome.Ended(0, "1\n"));
    assertThat(keep("--detach").end().code()).isZero();
    ScriptHome.Ended up = keep("--status").end();
    assertThat(up.code()).isZero();
    assertThat(up.output()).startsWith("up host=");
    ScriptHome.await("its start", () -> !home.lines("started").isEmpty());
    assertThat(keep("--stop").end().code()).isZero();
    ScriptHome.await(
        "its end", () -> home.lines("a run/nodes/teacher.state").get(0).startsWith("ended"));
    ScriptHome.Ended after = keep("--status").end();
    assertThat(after.code()).isEqualTo(3);
    assertThat(after.output()).startsWith("ended host=").contains(" code=0 ");
    assertThat(home.lines("started")).hasSize(1);
  }

  @Test
  void aDryRunPrintsTheCommandAndStartsNothing() throws Exception {
    ScriptHome.Ended ended = keep("--dry-run").end();
    assertThat(ended)
        .isEqualTo(
            new ScriptHome.Ended(
                0, "'" + home.path() + "/launch/gnomon' node --run 'a run' --roles teacher\n"));
    assertThat(Files.exists(home.file("a run"))).isFalse();
  }

  @Test
  void optionsThatAreWrongAreBadUsage() throws Exception {
    assertThat(home.run("keep", "--name", "x").output())
        .contains("--run DIR says where the run is");
    assertThat(home.run("keep", "--run", "r", "--name", "a/b").output()).contains("is not a name");
    assertThat(home.run("keep", "--atempts", "3").code()).isEqualTo(2);
    assertThat(home.run("keep", "--attempts", "many").output()).contains("is not a whole number");
    assertThat(home.run("keep", "--help").output()).startsWith("Usage: launch/keep");
  }
}
