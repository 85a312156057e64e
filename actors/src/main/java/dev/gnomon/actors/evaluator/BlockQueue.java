package dev.gnomon.actors.evaluator;

import dev.gnomon.protocol.BlockKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which block of an evaluation is given to whom. Each worker has one at a time; one that takes too
 * long, fails, or whose worker is gone, is given away again, to another worker if there is one. The
 * first answer counts.
 *
 * @param <A> a worker
 */
final class BlockQueue<A> {

  /** A block of 64 images. */
  record Block(BlockKind kind, long number) {}

  /** A block, and who is to run it. */
  record Order<A>(A worker, Block block) {}

  private record Given<A>(A worker, int ticks) {}

  private final int patience;
  private final int attempts;
  private final Deque<Block> waiting = new ArrayDeque<>();
  private final Map<Block, Given<A>> given = new LinkedHashMap<>();
  private final Map<Block, Integer> failures = new HashMap<>();
  private final Map<Block, A> shunned = new HashMap<>();
  private final Set<Block> open = new HashSet<>();
  private final Set<A> workers = new LinkedHashSet<>();

  /**
   * @param blocks to be run
   * @param patience ticks after which a block is given to another worker
   * @param attempts how often a block may fail
   */
  BlockQueue(Collection<Block> blocks, int patience, int attempts) {
    this.patience = patience;
    this.attempts = attempts;
    waiting.addAll(blocks);
    open.addAll(blocks);
  }

  /** Who can run blocks now. */
  void workers(Collection<A> now) {
    workers.retainAll(now);
    workers.addAll(now);
    Set<Block> orphans = new HashSet<>();
    given.forEach(
        (block, to) -> {
          if (!workers.contains(to.worker())) {
            orphans.add(block);
          }
        });
    orphans.forEach(this::giveBack);
  }

  /** The next block for a worker that has none; empty while all are at work or nothing is left. */
  Optional<Order<A>> next() {
    for (A worker : workers) {
      if (given.values().stream().noneMatch(to -> to.worker().equals(worker))) {
        Optional<Block> block = blockFor(worker);
        if (block.isPresent()) {
          waiting.remove(block.get());
          given.put(block.get(), new Given<>(worker, 0));
          return Optional.of(new Order<>(worker, block.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** The blocks that are not there yet of those that were given, and to whom. */
  List<Order<A>> given() {
    List<Order<A>> orders = new ArrayList<>();
    given.forEach((block, to) -> orders.add(new Order<>(to.worker(), block)));
    return orders;
  }

  /** A block is there; gives whether it was still open. */
  boolean done(Block block) {
    given.remove(block);
    waiting.remove(block);
    return open.remove(block);
  }

  /** A block failed; gives whether it has failed too often. */
  boolean failed(Block block) {
    if (!open.contains(block) || !given.containsKey(block)) {
      return false;
    }
    giveBack(block);
    return failures.merge(block, 1, Integer::sum) >= attempts;
  }

  /** Time passes; blocks that took too long wait for another worker. */
  void tick() {
    Set<Block> late = new HashSet<>();
    given.replaceAll((block, to) -> new Given<>(to.worker(), to.ticks() + 1));
    given.forEach(
        (block, to) -> {
          if (to.ticks() > patience) {
            late.add(block);
          }
        });
    late.forEach(this::giveBack);
  }

  /** How many blocks are not there yet. */
  int left() {
    return open.size();
  }

  /** Whether all blocks are there. */
  boolean isComplete() {
    return open.isEmpty();
  }

  private Optional<Block> blockFor(A worker) {
    return waiting.stream()
        .filter(block -> workers.size() == 1 || !worker.equals(shunned.get(block)))
        .findFirst();
  }

  private void giveBack(Block block) {
    shunned.put(block, given.remove(block).worker());
    waiting.addFirst(block);
  }
}
