package dev.gnomon.actors.transfer;

import dev.gnomon.actors.Lane;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.VersionFiles;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.WeightsPublished;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/**
 * Versions for all nodes of a run: in memory for this JVM, as a file for the others of this host,
 * over a socket for other hosts. A reader takes the first of these that it can reach, checked
 * against the digest that was announced.
 */
public final class BetweenNodes implements WeightExchange {

  private final String node = UUID.randomUUID().toString();
  private final WeightRegistry registry = new WeightRegistry();
  private final Lane lane = new Lane("gnomon-versions");
  private final Path folder;
  private final VersionFiles files;
  private final WeightServer server;
  private final WeightClient client;

  /**
   * The exchange of a node.
   *
   * @param folder for versions as files, of this node alone; in memory, best
   * @param address to serve versions at; port 0 takes a free one
   * @param largest bytes that a version of this run may have
   */
  public BetweenNodes(Path folder, InetSocketAddress address, Transport transport, long largest)
      throws IOException {
    this.folder = folder.toAbsolutePath().normalize();
    this.files = new VersionFiles(this.folder);
    this.server = new WeightServer(registry, transport, address);
    this.client = new WeightClient(transport.connections(WeightServer.CHANNEL), largest);
  }

  @Override
  public CompletionStage<WeightsPublished> publish(
      Lineage lineage, long version, WeightSet weights) {
    return lane.run(
        () -> {
          registry.publish(lineage.run(), lineage.number(), version, weights);
          Parcel parcel;
          Optional<Path> file;
          try (WeightRegistry.Lease lease =
              registry.acquire(lineage.run(), lineage.number(), version).orElseThrow()) {
            parcel = lease.parcel();
            file = written(lineage, version, parcel);
          }
          Location location = new Location(node, file, server.address());
          return new WeightsPublished(lineage, version, location.encoded(), parcel.digest());
        });
  }

  /** Where there is no room for a file the socket is left. */
  private Optional<Path> written(Lineage lineage, long version, Parcel parcel) {
    try {
      return Optional.of(files.write(lineage.number(), version, parcel));
    } catch (IOException e) {
      SupervisionLog.event("version-not-written")
          .with("actor", "trainer")
          .with("version", version)
          .with("cause", e.toString())
          .with("instead", "socket")
          .warn();
      return Optional.empty();
    }
  }

  @Override
  public void retire(Lineage lineage, long below) {
    lane.run(
        () -> {
          registry.retire(lineage.run(), lineage.number(), below);
          files.retire(lineage.number(), below);
          return below;
        });
  }

  @Override
  public synchronized Optional<Held> take(WeightsPublished announced) throws IOException {
    Location location = Location.decoded(announced.location());
    if (location.node().equals(node)) {
      return InThisJvm.held(registry, announced);
    }
    if (location.file().filter(this::isOfANode).isPresent()) {
      try {
        return Optional.of(new Fetched(files.read(location.file().get(), announced.digest())));
      } catch (IOException changed) {
        // Written over by a later version, or another host's file of that name: the socket knows.
      }
    }
    Lineage lineage = announced.lineage();
    try {
      return Optional.of(
          new Fetched(
              client.fetch(
                  location.address(),
                  lineage.run(),
                  lineage.number(),
                  announced.version(),
                  announced.digest())));
    } catch (FileNotFoundException retired) {
      return Optional.empty();
    }
  }

  /** Whether it lies beside this node's own: whoever announces a version may name any file. */
  private boolean isOfANode(Path file) {
    return file.isAbsolute()
        && file.equals(file.normalize())
        && file.getNameCount() > 2
        && file.getParent().getParent().equals(folder.getParent())
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.isReadable(file);
  }

  @Override
  public FileExchange files() {
    return new ServedFiles(node, server, client);
  }

  @Override
  public void close() throws IOException {
    lane.run(
        () -> {
          files.clear();
          return Files.deleteIfExists(folder);
        });
    lane.close();
    server.close();
  }

  private record Fetched(WeightSet weights) implements Held {

    @Override
    public void close() {
      weights.release();
    }
  }
}
