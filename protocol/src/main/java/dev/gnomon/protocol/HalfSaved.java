package dev.gnomon.protocol;

import java.util.List;
import java.util.Map;

/**
 * One owner's half of a checkpoint is on disk, beside where the checkpoint will be.
 *
 * @param half {@code trunk} or {@code assigner}
 * @param notes what else the manifest should hold
 */
public record HalfSaved(
    Lineage lineage, long step, String half, List<SavedFile> files, Map<String, String> notes)
    implements CheckpointerMessage {
  public HalfSaved {
    files = List.copyOf(files);
    notes = Ordered.copy(notes);
  }
}
