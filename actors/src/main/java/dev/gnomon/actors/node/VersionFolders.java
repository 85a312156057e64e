package dev.gnomon.actors.node;

import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.checkpoint.VersionFiles;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Folders that weight versions pass through between processes of a machine: one a node, named by
 * its process and which of its nodes it is.
 */
final class VersionFolders {

  private static final Path MEMORY = Path.of("/dev/shm");
  private static final String PREFIX = "gnomon-versions-";
  private static final AtomicLong STARTED = new AtomicLong();

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
          new VersionFiles(folder).clear();
          Files.deleteIfExists(folder);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      SupervisionLog.event("versions-not-cleared").with("folder", parent).with("cause", e).warn();
    }
    long number = STARTED.incrementAndGet();
    return parent.resolve(PREFIX + ProcessHandle.current().pid() + "-" + number);
  }

  private static boolean isOfNobody(Path folder) {
    String pid = folder.getFileName().toString().substring(PREFIX.length()).replaceFirst("-.*", "");
    return pid.matches("\\d{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }
}
