package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.SavedFile;
import java.io.IOException;
import java.nio.file.Path;
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
  public void withdraw(SavedFile file, Path path) {
    server.withdraw(file, path);
  }

  @Override
  public void fetch(String location, SavedFile file, Path place, Recipient recipient)
      throws IOException {
    client.fetch(Location.decoded(location).address(), file, place, recipient);
  }
}
