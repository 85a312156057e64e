package dev.gnomon.launch.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.operator.Console;
import dev.gnomon.actors.operator.OperatorServer;
import dev.gnomon.actors.operator.RunToken;
import dev.gnomon.actors.operator.ServedAt;
import dev.gnomon.actors.settings.HttpSettings;
import dev.gnomon.launch.ExitCode;
import dev.gnomon.launch.Main;
import dev.gnomon.protocol.Change;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands over real sockets, before made-up processes. */
class OperateCommandsTest {

  private static final long NOBODY = 4_194_305; // one more than Linux gives

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<OperatorWish> wishes = new CopyOnWriteArrayList<>();

  /** A process that answers with that phase, or that trouble. */
  private OperatorServer process(String roles, String phase, String trouble) throws IOException {
    String more = trouble.isEmpty() ? "" : "\"trouble\":\"%s\",".formatted(trouble);
    String status =
        """
        {"run":"made-up","machine":"%s","pid":%d,"phase":"%s",%s"steps":10,"nodes":\
        [{"node":"%s:1","state":"up","reachable":true,"roles":[],"actors":[]}]}"""
            .formatted(ServedAt.thisMachine(), ProcessHandle.current().pid(), phase, more, roles);
    return OperatorServer.start(
        new HttpSettings(true, "127.0.0.1", 0),
        folder,
        roles,
        "here",
        new Console() {
          @Override
          public Optional<String> dead() {
            return Optional.empty();
          }

          @Override
          public Optional<String> notReady() {
            return Optional.empty();
          }

          @Override
          public String status() {
            return status;
          }

          @Override
          public OperatorAnswer carryOut(OperatorWish wish) {
            wishes.add(wish);
            return wish instanceof Change
                ? new OperatorAnswer(false, "not that key")
                : new OperatorAnswer(true, "as you wish");
          }
        });
  }

  private int gnomon(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  @Test
  void aRunIsFoundByItsFolderAndByTheAddressOfAProcess() throws IOException {
    try (OperatorServer server = process("trainer", "running", "")) {
      assertThat(gnomon("status", "--run", folder.toString())).isEqualTo(ExitCode.DONE);
      assertThat(out.toString()).startsWith("Run made-up: running, step 0 of 10 (0 %)\n");
      assertThat(gnomon("status", "--address", server.address(), "--json"))
          .isEqualTo(ExitCode.DONE);
      assertThat(out.toString()).contains("{\"run\":\"made-up\",");
    }
  }

  @Test
  void aRunThatDoesNotGoOnHasItsOwnExitCode() throws IOException {
    try (OperatorServer server = process("trainer", "waiting", "")) {
      assertThat(gnomon("status", "--address", server.address())).isEqualTo(ExitCode.NOT_GOING_ON);
    }
  }

  @Test
  void ofSeveralProcessesOneThatHearsTheCoordinatorIsAsked() throws IOException {
    try (OperatorServer deaf = process("assigner", "unknown", "silence");
        OperatorServer hearing = process("trainer", "running", "")) {
      assertThat(gnomon("status", "--run", folder.toString())).isEqualTo(ExitCode.DONE);
      hearing.close();
      assertThat(gnomon("status", "--run", folder.toString())).isEqualTo(ExitCode.NOT_GOING_ON);
      assertThat(out.toString()).contains("Run made-up: silence");
    }
  }

  @Test
  void whereNobodyAnswersEveryProcessIsNamedWithTheReason() throws IOException {
    String address;
    try (OperatorServer server = process("trainer", "running", "")) {
      address = server.address();
      left("killed", "127.0.0.1:1", ServedAt.thisMachine(), NOBODY);
      left("refusing", "127.0.0.1:1", ServedAt.thisMachine(), ProcessHandle.current().pid());
      left("elsewhere", "127.0.0.1:1", "another-machine", 7);
      left("replaced", address, ServedAt.thisMachine(), 1);
      Files.delete(served("trainer"));
      assertThat(gnomon("status", "--run", folder.toString())).isEqualTo(ExitCode.FAILED);
    }
    assertThat(err.toString())
        .contains("no process of " + folder + " answers; " + folder + "/supervision.log tells")
        .contains("killed (process %d on ".formatted(NOBODY))
        .contains("has ended without a word: it was killed")
        .contains("at 127.0.0.1:1, does not answer: Connection refused")
        .contains("elsewhere (process 7 on another-machine) answers on its machine alone")
        .contains("replaced (process 1 on ", "another process has its port now");
    assertThat(gnomon("tell", folder.toString(), "pause")).isEqualTo(ExitCode.FAILED);
    assertThat(gnomon("status", "--address", address)).isEqualTo(ExitCode.FAILED);
    assertThat(wishes).isEmpty();
  }

  private Path served(String roles) {
    return folder.resolve(
        "http/%s-%s-%d.address"
            .formatted(roles, ServedAt.thisMachine(), ProcessHandle.current().pid()));
  }

  /** What a process left that is no more. */
  private void left(String roles, String address, String machine, long pid) throws IOException {
    Files.writeString(
        folder.resolve("http/%s-%s-%d.address".formatted(roles, machine, pid)),
        "address=%s\nroles=%s\nmachine=%s\npid=%d\n".formatted(address, roles, machine, pid));
  }

  @Test
  void aRunThatIsOverSaysWhereItsStoryIs() {
    assertThat(gnomon("status", "--run", folder.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("supervision.log tells what happened");
  }

  @Test
  void aWishIsCarriedOutByWhoeverAnswers() throws IOException {
    try (OperatorServer server = process("trainer", "running", "")) {
      assertThat(gnomon("tell", folder.toString(), "pause")).isEqualTo(ExitCode.DONE);
      assertThat(out.toString()).isEqualTo("as you wish\n");
      String token = RunToken.of(folder).file().toString();
      assertThat(gnomon("tell", server.address(), "pause", "--token-file", token))
          .isEqualTo(ExitCode.DONE);
      assertThat(gnomon("tell", folder.toString(), "set", "a=1", "b=2")).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).isEqualTo("gnomon tell: not that key\n");
    }
    assertThat(wishes).containsExactly(new Pause(), new Pause(), new Change(List.of("a=1", "b=2")));
  }

  @Test
  void whoDoesNotKnowTheSecretIsToldSo() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "guess\n");
    assertThat(other.toFile().setReadable(false, false)).isTrue();
    assertThat(other.toFile().setReadable(true, true)).isTrue();
    try (OperatorServer server = process("trainer", "running", "")) {
      assertThat(gnomon("tell", server.address(), "stop", "--token-file", other.toString()))
          .isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).contains("the secret in " + other + " is not that of this run");
      assertThat(gnomon("tell", server.address(), "stop")).isEqualTo(ExitCode.BAD_USAGE);
      assertThat(err.toString()).contains("--token-file FILE");
    }
    assertThat(wishes).isEmpty();
  }

  @Test
  void badUsageIsToldBeforeAnybodyIsAsked() {
    assertThat(gnomon("tell", folder.toString(), "explode")).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("\"explode\" is no wish; expected pause, continue");
    assertThat(gnomon("tell", folder.resolve("absent").toString(), "pause"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("is neither the folder of a run nor HOST:PORT");
    assertThat(gnomon("status", "--address", "here")).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(gnomon("status", "--run", folder.resolve("absent").toString()))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(gnomon("status", "--run", folder.toString(), "--address", "a:1"))
        .isEqualTo(ExitCode.BAD_USAGE);
    assertThat(gnomon("status")).isEqualTo(ExitCode.BAD_USAGE);
    assertThat(err.toString()).contains("no run below runs/ is under way");
  }
}
