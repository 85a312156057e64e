package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.WeightSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * The weight versions that the actors of one JVM share. A version stays for as long as it is
 * current or someone holds a lease on it, so that no reader sees it change or go.
 */
public final class WeightRegistry {

  private record Key(String run, long lineage, long version) {}

  private static final class Shelf {
    private final WeightSet weights;
    private Parcel parcel; // null until someone wants to send it
    private int leases;
    private boolean retired;

    Shelf(WeightSet weights) {
      this.weights = weights;
    }

    synchronized Parcel parcel() {
      if (parcel == null) {
        parcel = Parcel.of(weights);
      }
      return parcel;
    }
  }

  /** The right to read one version; close it when done. Closing twice is harmless. */
  public final class Lease implements AutoCloseable {
    private final Key key;
    private final Shelf shelf;
    private boolean closed;

    private Lease(Key key, Shelf shelf) {
      this.key = key;
      this.shelf = shelf;
    }

    public WeightSet weights() {
      return shelf.weights;
    }

    /** The weights, ready to be sent; worked out once a version. */
    public Parcel parcel() {
      return shelf.parcel();
    }

    @Override
    public void close() {
      synchronized (shelves) {
        if (!closed) {
          closed = true;
          shelf.leases--;
          if (shelf.retired && shelf.leases == 0) {
            shelves.remove(key);
            shelf.weights.release();
          }
        }
      }
    }
  }

  private final Map<Key, Shelf> shelves = new HashMap<>();

  /**
   * Makes a version known. A version has one content: publishing it again changes nothing. The
   * registry owns the weights from here on and releases them when the version goes.
   */
  public void publish(String run, long lineage, long version, WeightSet weights) {
    synchronized (shelves) {
      if (shelves.putIfAbsent(new Key(run, lineage, version), new Shelf(weights)) != null) {
        weights.release();
      }
    }
  }

  /** A lease on that version, or empty where it was not published here or is retired. */
  public Optional<Lease> acquire(String run, long lineage, long version) {
    Key key = new Key(run, lineage, version);
    synchronized (shelves) {
      Shelf shelf = shelves.get(key);
      if (shelf == null || shelf.retired) {
        return Optional.empty();
      }
      shelf.leases++;
      return Optional.of(new Lease(key, shelf));
    }
  }

  /** Lets go of the run's versions below {@code below}, and of all its older lineages. */
  public void retire(String run, long lineage, long below) {
    synchronized (shelves) {
      Iterator<Map.Entry<Key, Shelf>> each = shelves.entrySet().iterator();
      while (each.hasNext()) {
        Map.Entry<Key, Shelf> entry = each.next();
        Key key = entry.getKey();
        boolean old = key.lineage() < lineage || key.lineage() == lineage && key.version() < below;
        if (key.run().equals(run) && old) {
          entry.getValue().retired = true;
          if (entry.getValue().leases == 0) {
            each.remove();
            entry.getValue().weights.release();
          }
        }
      }
    }
  }

  /** How many versions are held in memory. */
  public int held() {
    synchronized (shelves) {
      return shelves.size();
    }
  }
}
