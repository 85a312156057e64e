package dev.gnomon.model.clustering;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;

/**
 * What the head made of the last batches, scored anew by the prototypes of each step: samples that
 * Sinkhorn-Knopp balances together with a batch that alone is small beside the prototypes (SwAV's
 * queue; METHOD 4.2). It is of no use before it is full.
 */
public final class EmbeddingQueue implements AutoCloseable {

  private static final String ROWS = "queue";
  private static final String COUNTS = "queue_counts";

  private final ComputeDevice device;
  private final int batches;
  private final int width;
  private final ArrayDeque<Batch> kept = new ArrayDeque<>(); // the oldest first

  private record Batch(NDManager owner, NDArray rows) {}

  /** A queue of that many batches of embeddings of that width; 0 = none ever. */
  public EmbeddingQueue(ComputeDevice device, int batches, int width) {
    this.device = device;
    this.batches = batches;
    this.width = width;
  }

  /** The embeddings of all its batches, [rows, width]; empty before it is full. */
  public Optional<NDArray> rows(NDManager scope) {
    return batches > 0 && kept.size() == batches ? Optional.of(joined(scope)) : Optional.empty();
  }

  private NDArray joined(NDManager scope) {
    NDList all = new NDList();
    for (Batch batch : kept) {
      all.add(batch.rows());
    }
    NDArray rows = NDArrays.concat(all);
    rows.attach(scope);
    return rows;
  }

  /** Takes a batch's embeddings, [rows, width]; the oldest batch makes room. */
  public void add(NDArray embeddings) {
    if (batches == 0) {
      return;
    }
    if (kept.size() == batches) {
      kept.remove().owner().close();
    }
    NDManager owner = device.scope();
    kept.add(new Batch(owner, device.array(owner, ComputeDevice.copy(embeddings))));
  }

  /** Puts what it holds among {@code state}. */
  public void save(Map<String, HostTensor> state) {
    if (batches == 0) {
      return;
    }
    long[] counts = kept.stream().mapToLong(batch -> batch.rows().getShape().get(0)).toArray();
    state.put(COUNTS, HostTensor.of(counts, counts.length));
    try (NDManager scope = device.scope()) {
      state.put(
          ROWS,
          kept.isEmpty()
              ? HostTensor.of(new float[0], 0, width)
              : ComputeDevice.copy(joined(scope)));
    }
  }

  /** Takes up what was saved. */
  public void restore(WeightSet state) {
    close();
    if (batches == 0) {
      return;
    }
    try (NDManager scope = device.scope()) {
      long[] counts = state.get(COUNTS).longs();
      NDArray rows = counts.length == 0 ? null : device.array(scope, state.get(ROWS));
      long from = 0;
      for (long count : counts) {
        add(rows.get(new NDIndex("{}:{}", from, from + count)));
        from += count;
      }
    }
  }

  @Override
  public void close() {
    kept.forEach(batch -> batch.owner().close());
    kept.clear();
  }
}
