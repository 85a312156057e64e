package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionFoldersTest {

  private static final long NOBODY = 999_999_999L; // more than a system has processes

  @TempDir private Path parent;

  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectory(parent.resolve(name));
    Files.writeString(folder.resolve("lineage-1-version-8.safetensors"), "weights");
    return folder;
  }

  @Test
  void eachNodeOfAProcessHasItsOwn() {
    VersionFolders folders = new VersionFolders(parent);
    Path first = folders.own();
    String process = "gnomon-versions-" + ProcessHandle.current().pid() + "-";
    assertThat(first.getParent()).isEqualTo(parent);
    assertThat(first.getFileName().toString()).startsWith(process);
    assertThat(folders.own()).isNotEqualTo(first);
  }

  @Test
  void whatProcessesThatAreNoMoreHaveLeftGoesAndNothingElse() throws IOException {
    Path dead = folder("gnomon-versions-" + NOBODY + "-1");
    Path alive = folder("gnomon-versions-" + ProcessHandle.current().pid() + "-77");
    Path strange = folder("gnomon-versions-of-mine");
    Path other = folder("something-else");

    new VersionFolders(parent).own();

    assertThat(dead).doesNotExist();
    assertThat(alive).isNotEmptyDirectory();
    assertThat(strange).isNotEmptyDirectory();
    assertThat(other).isNotEmptyDirectory();
  }

  @Test
  void aFolderThatCanNotBeReadStopsNobody() {
    assertThat(new VersionFolders(parent.resolve("absent")).own().getParent())
        .isEqualTo(parent.resolve("absent"));
  }
}
