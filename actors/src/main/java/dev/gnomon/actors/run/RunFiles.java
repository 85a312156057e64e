package dev.gnomon.actors.run;

import com.typesafe.config.Config;
import dev.gnomon.model.checkpoint.SupersededException;
import dev.gnomon.protocol.NewestFound;
import java.io.IOException;
import java.util.Map;

/** A run's directory, as far as its coordinator needs it. */
public interface RunFiles extends AutoCloseable {

  /**
   * Opens the next lineage, which goes on from the checkpoint that was found. Blocks.
   *
   * @throws SupersededException where another process has taken the run over
   * @throws IOException where the directory can not be read or written
   */
  Recovery recover(NewestFound found) throws IOException;

  /**
   * Fails where another process has taken the run over. Where none can, there is nothing to check.
   *
   * @throws SupersededException where it has
   */
  default void requireCurrent() throws IOException {}

  /** Keeps the measures of a step. */
  void step(StepReport report) throws IOException;

  /** Keeps the scores of a checkpoint. */
  void scored(long step, long lineage, Map<String, Double> scores) throws IOException;

  /** Keeps a configuration that was changed while the run goes on, for its next start. */
  default void keep(Config changed) throws IOException {}

  @Override
  void close() throws IOException;
}
