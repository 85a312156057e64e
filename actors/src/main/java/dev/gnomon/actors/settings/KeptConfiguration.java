package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The configuration that a run's folder keeps, with every default in it. */
public final class KeptConfiguration {

  private static final ConfigRenderOptions PLAIN =
      ConfigRenderOptions.defaults().setComments(false).setOriginComments(false).setJson(false);

  private KeptConfiguration() {}

  /** Where it is. */
  public static Path of(Path runDirectory) {
    return runDirectory.resolve("config.resolved.conf");
  }

  /** Writes it; a crash leaves the old or the new. */
  public static void write(Path runDirectory, Config config) throws IOException {
    byte[] text = config.root().render(PLAIN).getBytes(StandardCharsets.UTF_8);
    WholeFile.write(of(runDirectory), channel -> Channels.newOutputStream(channel).write(text));
  }
}
