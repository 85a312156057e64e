package dev.gnomon.actors.operator;

import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The secret of a run that whoever tells it to pause or to stop must know: a file in its folder
 * that nobody but its owner may read. It is read at each use, so it may be replaced at any time.
 */
public final class RunToken {

  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private final Path file;

  /** The secret in a file. */
  public RunToken(Path file) {
    this.file = file;
  }

  /** The secret of the run in {@code runDirectory}, which may be yet to be made. */
  public static RunToken of(Path runDirectory) {
    return new RunToken(ServedAt.folder(runDirectory).resolve("token"));
  }

  /** Where it is. */
  public Path file() {
    return file;
  }

  /** Makes the file unless it is there; of several at once one stays. */
  void makeIfAbsent() throws IOException {
    if (!Files.exists(file)) {
      Files.createDirectories(file.getParent());
      byte[] text = (Proof.newToken() + "\n").getBytes(StandardCharsets.UTF_8);
      WholeFile.writeSecret(file, channel -> Channels.newOutputStream(channel).write(text));
    }
  }

  /**
   * The secret.
   *
   * @throws IOException where it can not be read, or others can read it
   */
  public String read() throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(file + " is not there; a new one is made at the next start");
    }
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Set<PosixFilePermission> granted = Files.getPosixFilePermissions(file);
      if (granted.stream().anyMatch(OTHERS::contains)) {
        throw new IOException(
            "%s may be read by others (%s), so it is no secret: chmod 600 it, or remove it and a new one is made at the next start"
                .formatted(file, PosixFilePermissions.toString(granted)));
      }
    }
    String token = Files.readString(file).strip();
    if (token.isEmpty()) {
      throw new IOException(file + " is empty; remove it and a new one is made at the next start");
    }
    return token;
  }
}
