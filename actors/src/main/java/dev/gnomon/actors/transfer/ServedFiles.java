package dev.gnomon.actors.transfer;

import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.model.checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Files of a node whose server and client it shares with the weight versions.
 *
 * @param node as in a {@link Location}
 */
record ServedFiles(String node, WeightServer server, WeightClient client) implements FileExchange {

  @Override
  public String offer(SavedFile file, Path path) {
    server.offer(file, path);
    return new Location(node, Optional.empty(), server.address()).encoded();
  }

  @Override
  public void fetch(String location, SavedFile file, Path place, Recipient recipient)
      throws IOException {
    Location from = Location.decoded(location);
    long began = System.nanoTime();
    client.fetch(from.address(), file, place, recipient);
    SupervisionLog.event("fetched")
        .with("file", place)
        .with("bytes", file.bytes())
        .with("from", Location.hostAndPort(from.address()))
        .with("took", Duration.ofNanos(System.nanoTime() - began))
        .info();
  }
}
