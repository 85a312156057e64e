package dev.gnomon.actors.checkpointer;

import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.protocol.HalfSaved;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The checkpoints of a run on disk, as the checkpointer uses them, on its lanes alone. */
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
      List<HalfSaved> saved,
      List<Segment> ledger,
      List<Skipped> skipped) {

    List<SavedFile> files() {
      return saved.stream().flatMap(half -> half.files().stream()).toList();
    }
  }

  /** A checkpoint that is whole. */
  record Written(String directory, String digest, long bytes) {}

  /**
   * Where a run can go on from.
   *
   * @param lineage number of the newest lineage that is known here
   * @param digest of the weights to start from; empty from scratch
   * @param skipped checkpoints that were passed over
   */
  record Newest(long lineage, Start start, String digest, List<SkippedCheckpoint> skipped) {}

  /** What a checkpoint is made of, and at which server it can be had. */
  record Offer(String directory, String location, List<SavedFile> files) {}

  /** The newest checkpoint that verifies. */
  Newest newest() throws IOException;

  /**
   * A lineage has begun somewhere: here too nothing of older ones counts any more.
   *
   * @throws IOException where a newer one is known here
   */
  void adopt(long lineage) throws IOException;

  /**
   * Brings the halves here that are in other folders.
   *
   * @throws IOException where one can not be had; nothing of them is left then
   */
  void gather(Halves halves, FileExchange.Recipient recipient) throws IOException;

  /**
   * Makes halves a checkpoint, or finds that they are one already.
   *
   * @throws IOException where they do not verify, the disk is full, or another lineage has begun;
   *     nothing of them is left then
   */
  Written commit(Halves halves) throws IOException;

  /** The checkpoint of {@code step}, for someone to read; empty where there is none. */
  Optional<Offer> offer(long step) throws IOException;

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
