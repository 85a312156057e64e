package dev.gnomon.actors.evaluator;

import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.SampleFeatures;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Folds the blocks of an evaluation into scores, as the scorer uses it, on its lane alone. Blocks
 * of a kind come in order of their number.
 */
public interface ScorerWork extends AutoCloseable {

  /** Scores by name, and the pictures that were written on the way. */
  record Scores(Map<String, Double> values, List<String> pictures) {}

  /** An evaluation begins; what is left of another is dropped. */
  void begin(long step);

  void samples(SampleFeatures block);

  void reference(ReferenceFeatures block);

  /** All blocks are there. */
  Scores finish() throws IOException;

  @Override
  void close();
}
