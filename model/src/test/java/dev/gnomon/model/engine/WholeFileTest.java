package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void aFile() {
    file = folder.resolve("file");
  }

  @Test
  void othersMayReadWhatTheyCouldReadOfAnyNewFile() throws IOException {
    Path usual = Files.writeString(folder.resolve("usual"), "");
    WholeFile.write(file, text("new"));
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  void aSecretIsItsOwnersAlone() throws IOException {
    Files.writeString(file, "readable");
    WholeFile.writeSecret(file, text("secret"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).hasContent("secret");
  }

  @Test
  void afterAFailureTheOldFileIsThereAndNothingElse() throws IOException {
    WholeFile.write(file, text("old"));
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    channel -> {
                      text("half of").writeTo(channel);
                      throw new IOException("no space is left");
                    }))
        .hasMessage(file + ": can not be written: no space is left");
    assertThat(file).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void whereNoFileCanBeIsFoundOutBeforehand() throws IOException {
    WholeFile.requireWritable(folder.resolve("new/below"));
    assertThat(folder.resolve("new/below")).isEmptyDirectory();
    Files.writeString(file, "in the way");
    assertThatThrownBy(() -> WholeFile.requireWritable(file.resolve("below")))
        .hasMessageContaining("below: files can not be written there (");
  }

  private static WholeFile.Content text(String text) {
    return channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }
}
