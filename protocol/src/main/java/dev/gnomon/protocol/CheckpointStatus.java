package dev.gnomon.protocol;

import java.util.List;

/**
 * Which checkpoints there are, will be, and are being scored.
 *
 * @param newest step of the newest one; 0 where there is none
 * @param writing steps of those that are cut and not yet whole on disk
 * @param scoring step of the one that is being scored; 0 where none is
 */
public record CheckpointStatus(long newest, List<Long> writing, long scoring) {
  public CheckpointStatus {
    writing = List.copyOf(writing);
  }
}
