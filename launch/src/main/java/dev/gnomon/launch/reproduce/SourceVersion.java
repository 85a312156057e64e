package dev.gnomon.launch.reproduce;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Which commit this program was built from, as far as Git can tell. */
public final class SourceVersion {

  private static final String UNKNOWN = "unknown";

  private SourceVersion() {}

  /** Such as "e1a501c0ffee", with "-dirty" where files differ from it. */
  public static String here() {
    try {
      Path program =
          Path.of(SourceVersion.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = Files.isDirectory(program) ? program : program.getParent();
      Process git =
          new ProcessBuilder(
                  "git", "-C", folder.toString(), "describe", "--always", "--dirty", "--exclude=*")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean told = git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 && !said.isEmpty();
      return told ? said : UNKNOWN;
    } catch (IOException | URISyntaxException noGit) {
      return UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return UNKNOWN;
    }
  }
}
