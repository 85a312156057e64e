package dev.gnomon.actors.transfer;

import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.WeightsPublished;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Versions that stay in this JVM's memory: teachers beside the trainer find them there. */
public final class InThisJvm implements WeightExchange {

  /** What an announcement says of where the weights are. */
  static final String LOCATION = "registry";

  private final WeightRegistry registry;

  public InThisJvm() {
    this(new WeightRegistry());
  }

  /** Versions in a registry of one's own. */
  public InThisJvm(WeightRegistry registry) {
    this.registry = registry;
  }

  @Override
  public CompletionStage<WeightsPublished> publish(
      Lineage lineage, long version, WeightSet weights) {
    registry.publish(lineage.run(), lineage.number(), version, weights);
    return CompletableFuture.completedStage(new WeightsPublished(lineage, version, LOCATION, ""));
  }

  @Override
  public void retire(Lineage lineage, long below) {
    registry.retire(lineage.run(), lineage.number(), below);
  }

  @Override
  public Optional<Held> take(WeightsPublished announced) {
    return held(registry, announced);
  }

  @Override
  public FileExchange files() {
    return FileExchange.none();
  }

  static Optional<Held> held(WeightRegistry registry, WeightsPublished announced) {
    Lineage lineage = announced.lineage();
    return registry.acquire(lineage.run(), lineage.number(), announced.version()).map(Leased::new);
  }

  private record Leased(WeightRegistry.Lease lease) implements Held {

    @Override
    public WeightSet weights() {
      return lease.weights();
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
