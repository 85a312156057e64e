package dev.gnomon.actors.checkpointer;

import dev.gnomon.actors.transfer.FileExchange;
import dev.gnomon.protocol.SavedFile;
import dev.gnomon.protocol.Segment;
import dev.gnomon.protocol.SkippedCheckpoint;
import dev.gnomon.protocol.Start;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/** A disk that remembers what it was asked for, and fails or waits when told to. */
final class MadeUpCheckpointFiles implements CheckpointFiles {
  final BlockingQueue<Halves> commits = new LinkedBlockingQueue<>();
  final BlockingQueue<Long> abandoned = new LinkedBlockingQueue<>();
  final BlockingQueue<Map.Entry<Map<Long, Double>, Set<Long>>> prunes = new LinkedBlockingQueue<>();
  final Semaphore gate = new Semaphore(1000);
  final BlockingQueue<Long> adopted = new LinkedBlockingQueue<>();
  final BlockingQueue<Long> unwanted = new LinkedBlockingQueue<>();
  final Semaphore way = new Semaphore(1000); // of what comes from elsewhere
  volatile boolean full;
  volatile boolean broken;
  volatile boolean gone; // whoever has the halves
  volatile boolean taken; // the store, by another run

  @Override
  public Newest newest() throws IOException {
    if (broken) {
      throw new IOException("not permitted");
    }
    return new Newest(
        7,
        new Start(4, "step-4", List.of(new Segment(1, 0, 4))),
        "digest-4",
        List.of(new SkippedCheckpoint("step-8", "is damaged")));
  }

  @Override
  public void adopt(long lineage) throws IOException {
    if (taken) {
      throw new IOException("another process has taken over");
    }
    adopted.add(lineage);
  }

  @Override
  public void gather(Halves halves, FileExchange.Recipient recipient) throws IOException {
    while (!way.tryAcquire()) {
      if (!recipient.wants()) {
        unwanted.add(halves.step());
        throw new IOException("no longer wanted");
      }
      Thread.onSpinWait();
    }
    if (gone) {
      throw new IOException("the trunk did not come from there: Connection refused");
    }
    recipient.came(100);
  }

  @Override
  public Optional<Offer> offer(long step) {
    return step == 4
        ? Optional.of(
            new Offer("step-4", "there", List.of(new SavedFile("trunk.safetensors", 3, "aa"))))
        : Optional.empty();
  }

  @Override
  public Written commit(Halves halves) throws IOException {
    gate.acquireUninterruptibly();
    commits.add(halves);
    if (full) {
      throw new IOException("no space left");
    }
    return new Written("step-" + halves.step(), "digest-" + halves.step(), 7);
  }

  @Override
  public void abandon(long step, long lineage) {
    abandoned.add(step);
  }

  @Override
  public void tidy() {}

  @Override
  public List<Long> prune(long lineage, long start, Map<Long, Double> scores, Set<Long> inUse)
      throws IOException {
    if (broken) {
      throw new IOException("not permitted");
    }
    prunes.add(Map.entry(scores, inUse));
    return List.of(1L);
  }
}
