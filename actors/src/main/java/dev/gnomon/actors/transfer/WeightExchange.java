package dev.gnomon.actors.transfer;

import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.WeightsPublished;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * How weights get from node to node, wherever they are: versions from the trainer to the teachers,
 * and files of checkpoints from whoever has them to whoever needs them.
 */
public interface WeightExchange extends AutoCloseable {

  /** A version in host memory, for as long as it is not closed. */
  interface Held extends AutoCloseable {

    WeightSet weights();

    @Override
    void close();
  }

  /**
   * Makes a version available to whoever is told of it. The weights are the exchange's from here
   * on. Does not block.
   */
  CompletionStage<WeightsPublished> publish(Lineage lineage, long version, WeightSet weights);

  /**
   * Versions of a lineage below {@code below}, and all of its older ones, are of no more use. Does
   * not block.
   */
  void retire(Lineage lineage, long below);

  /**
   * The version that was announced; empty where it is not there any more. Blocks.
   *
   * @throws IOException if it can not be had whole
   */
  Optional<Held> take(WeightsPublished announced) throws IOException;

  /** For files of checkpoints. */
  FileExchange files();

  /** Nothing is published or taken any more. */
  @Override
  default void close() throws IOException {}
}
