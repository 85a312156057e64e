package dev.gnomon.actors.node;

import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.checkpoint.VersionFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Folders that weight versions pass through between processes of a machine: one a node, named by
 * its process and by chance.
 */
final class VersionFolders {

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "gnomon-versions-";

  private final Path parent;

  /** Folders below {@code parent}. */
  VersionFolders(Path parent) {
    this.parent = parent;
  }

  /** Folders in memory where the system has some, else in the temporary folder. */
  static VersionFolders ofThisMachine() {
    return new VersionFolders(
        Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * Where a node that begins has its own. Those of processes that are no more, killed perhaps, go.
   */
  Path own() {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path folder : folders) {
        if (isOfNobody(folder)) {
          remove(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      notCleared(parent, e);
    }
    // Nobody else can have made a folder of this name before, with what is ours put elsewhere.
    return parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + UUID.randomUUID());
  }

  private static void remove(Path folder) {
    try {
      new VersionFiles(folder).clear();
      Files.deleteIfExists(folder);
    } catch (IOException | RuntimeException e) { // such as one of another user
      notCleared(folder, e);
    }
  }

  private static void notCleared(Path folder, Exception cause) {
    SupervisionLog.event("versions-not-cleared").with("folder", folder).with("cause", cause).warn();
  }

  private static boolean isOfNobody(Path folder) {
    String pid = folder.getFileName().toString().substring(PREFIX.length()).replaceFirst("-.*", "");
    return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }
}
