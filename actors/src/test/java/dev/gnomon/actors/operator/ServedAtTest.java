package dev.gnomon.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedAtTest {

  private static final long NOBODY = 4_194_305; // one more than Linux gives

  @TempDir Path run;

  private static ServedAt place(String machine, long pid) {
    return new ServedAt("127.0.0.1:4711", "trainer+assigner", machine, pid);
  }

  @Test
  void whatIsWrittenIsReadThoseOfThisMachineFirst() throws IOException {
    ServedAt there = place("a-machine-far-away", 7);
    there.write(run);
    ServedAt here = ServedAt.here("127.0.0.1:4712", "teacher");
    here.write(run);
    assertThat(ServedAt.in(run)).containsExactly(here, there);
    assertThat(here.isGone()).isFalse();
    assertThat(there.isGone()).isFalse(); // nobody knows
  }

  @Test
  void whatAKilledProcessLeftGoesWhenTheNextComes() throws IOException {
    ServedAt killed = place(ServedAt.thisMachine(), NOBODY);
    Path left = killed.write(run);
    assertThat(killed.isGone()).isTrue();
    assertThat(ServedAt.in(run)).containsExactly(killed);
    ServedAt.here("127.0.0.1:4712", "teacher").write(run);
    assertThat(left).doesNotExist();
  }

  @Test
  void aFolderWithoutAnySaysSo() throws IOException {
    assertThat(ServedAt.in(run)).isEmpty();
    assertThat(ServedAt.in(run.resolve("absent"))).isEmpty();
  }

  @Test
  void aFileThatSaysNothingIsPassedOver() throws IOException {
    Files.createDirectories(run.resolve("http"));
    Files.writeString(run.resolve("http/x.address"), "address=1\npid=many\n");
    Files.writeString(run.resolve("http/y.address"), "\\u00");
    assertThat(ServedAt.in(run)).isEmpty();
  }
}
