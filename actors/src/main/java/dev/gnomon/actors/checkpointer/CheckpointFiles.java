package dev.gnomon.actors.checkpointer;

import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The checkpoints of a run on disk, as the checkpointer uses them, on its lane alone. */
public interface CheckpointFiles {

  /**
   * Halves that are to become a checkpoint.
   *
   * @param ledger the steps they hold and the lineages those were trained in
   * @param skipped those of the steps that trained nothing
   */
  record Halves(
      String run,
      long lineage,
      long step,
      List<SavedFile> files,
      List<Segment> ledger,
      List<Skipped> skipped) {}

  /** A checkpoint that is whole. */
  record Written(String directory, String digest, long bytes) {}

  /**
   * Makes halves a checkpoint, or finds that they are one already.
   *
   * @throws IOException where they do not verify, the disk is full, or another lineage has begun;
   *     nothing of them is left then
   */
  Written commit(Halves halves) throws IOException;

  /** Removes halves that will not become a checkpoint. */
  void abandon(long step, long lineage) throws IOException;

  /** Removes what writers of older lineages have left. */
  void tidy() throws IOException;

  /**
   * Removes checkpoints that need not stay. Those that {@code lineage} passed over are no part of
   * it: they neither count nor go.
   *
   * @param start the step that the lineage starts at
   * @param scores by step, lower is better
   * @param inUse steps that must stay
   * @return steps of those removed
   */
  List<Long> prune(long lineage, long start, Map<Long, Double> scores, Set<Long> inUse)
      throws IOException;
}
