package dev.gnomon.actors.run;

import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Batches that a run goes on without because a loss on them was not finite: which those are, and
 * whether there may be another.
 *
 * <p>A loss counts once everyone has done all steps before it. Then none of those can turn out the
 * same, and which steps are skipped is a function of configuration and seed: not of who was ahead
 * of whom, nor of how often the run was started again.
 */
final class SkippedBatches {

  private static final int MOST_IDS = 1024; // in a reason

  /**
   * A loss that counts.
   *
   * @param before how many batches were skipped before it
   * @param most how many may be
   * @param inVain whether this one is skipped already, and was trained on all the same
   */
  record Found(LossNotFinite loss, int before, int most, boolean inVain) {

    /** Whether the run can not go on without this batch too. */
    boolean oneTooMany() {
      return before >= most || inVain;
    }

    /** Ids of the batch's images. */
    String images() {
      return ids(Integer.MAX_VALUE);
    }

    private String ids(int most) {
      return LongStream.of(loss.images())
          .limit(most)
          .mapToObj(Long::toString)
          .collect(Collectors.joining(" "));
    }

    /** Which one it is of how many. */
    String attempt() {
      return before + 1 + "/" + most;
    }

    /**
     * Why the batch of that step is not trained on. It goes with every start of a lineage, so of a
     * very large batch it names the first images alone; the supervision log names all.
     */
    Skipped skipped() {
      int more = loss.images().length - MOST_IDS;
      String rest = more > 0 ? " and %d more".formatted(more) : "";
      return new Skipped(
          loss.step(), "%s (image ids %s%s)".formatted(loss.cause(), ids(MOST_IDS), rest));
    }

    /** Why the run stops. */
    String cause() {
      return "step %d: %s (image ids %s); %s"
          .formatted(
              loss.step(),
              loss.cause(),
              images(),
              inVain
                  ? "that batch is skipped already, yet the %s was trained on it"
                      .formatted(loss.role().wireName())
                  : "batches skipped before it: %d, gnomon.restart.skipped-batches = %d"
                      .formatted(before, most));
    }
  }

  private final SortedMap<Long, Skipped> skipped = new TreeMap<>(); // by step
  private final SortedMap<Long, LossNotFinite> reported = new TreeMap<>(); // in this lineage
  private int most;

  /**
   * @param most how many batches may be skipped in a run
   */
  SkippedBatches(int most) {
    this.most = most;
  }

  /** From now on so many batches may be skipped. */
  void allow(int batches) {
    most = batches;
  }

  /**
   * A lineage begins. What its checkpoint holds is as the checkpoint says; after that, what was
   * found before will turn out the same.
   *
   * @return that start, with all steps that are skipped
   */
  Start begin(Start start) {
    reported.clear();
    skipped.headMap(start.step()).clear();
    start.skipped().forEach(s -> skipped.put(s.step(), s));
    return new Start(
        start.step(), start.checkpoint(), start.ledger(), List.copyOf(skipped.values()));
  }

  /** A loss was not finite; it may be said again and again. */
  void reported(LossNotFinite loss) {
    reported.putIfAbsent(loss.step(), loss);
  }

  /**
   * The loss that counts, now that everyone has done {@code done} steps, if there is one; its batch
   * is skipped in the next lineage, unless it is one too many.
   */
  Optional<Found> find(long done) {
    if (reported.isEmpty() || reported.firstKey() > done) {
      return Optional.empty();
    }
    LossNotFinite first = reported.get(reported.firstKey());
    reported.clear();
    Found found = new Found(first, skipped.size(), most, skipped.containsKey(first.step()));
    if (!found.oneTooMany()) {
      skipped.put(first.step(), found.skipped());
    }
    return Optional.of(found);
  }
}
