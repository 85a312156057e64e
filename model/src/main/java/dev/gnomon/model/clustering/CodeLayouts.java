package dev.gnomon.model.clustering;

import dev.gnomon.model.engine.HostTensor;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Which codes the patches of an image have together: the layouts of the newest images. Samples get
 * theirs from these, as codes that are drawn patch by patch would make no image.
 */
public final class CodeLayouts {

  /** Layouts that are kept. */
  static final int KEPT = 4096;

  private final int patches;
  private final ArrayDeque<int[]> newest = new ArrayDeque<>(); // the oldest first

  /** None yet, of images of so many patches. */
  public CodeLayouts(int patches) {
    this.patches = patches;
  }

  /** Adds those of a batch, [images * patches]; the oldest make room. */
  public void add(int[] codes) {
    for (int from = 0; from < codes.length; from += patches) {
      if (newest.size() == KEPT) {
        newest.remove();
      }
      newest.add(Arrays.copyOfRange(codes, from, from + patches));
    }
  }

  /** I64 [kept, patches]. */
  public HostTensor save() {
    long[] all = new long[newest.size() * patches];
    int at = 0;
    for (int[] layout : newest) {
      for (int code : layout) {
        all[at++] = code;
      }
    }
    return HostTensor.of(all, newest.size(), patches);
  }

  /** Takes up what was saved. */
  public void restore(HostTensor saved) {
    newest.clear();
    add(codes(saved));
  }

  /** The codes of saved layouts, one after another. */
  public static int[] codes(HostTensor saved) {
    return Arrays.stream(saved.longs()).mapToInt(Math::toIntExact).toArray();
  }
}
