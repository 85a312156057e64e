package dev.gnomon.model.clustering;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CodeLayoutsTest {

  /** Layout i is [i, i + 1, i + 2]. */
  private static int[] layouts(int from, int to) {
    int[] codes = new int[(to - from) * 3];
    Arrays.setAll(codes, i -> from + i / 3 + i % 3);
    return codes;
  }

  @Test
  void theNewestStayWhole() {
    CodeLayouts kept = new CodeLayouts(3);
    assertThat(kept.save().shape()).containsExactly(0, 3);
    kept.add(layouts(0, 3000));
    assertThat(CodeLayouts.codes(kept.save())).isEqualTo(layouts(0, 3000));
    kept.add(layouts(3000, 5000));
    assertThat(CodeLayouts.codes(kept.save())).isEqualTo(layouts(5000 - CodeLayouts.KEPT, 5000));
  }

  @Test
  void savedInTheMiddleTheyGoOnAsBefore() {
    CodeLayouts kept = new CodeLayouts(3);
    kept.add(layouts(0, 3000));
    CodeLayouts other = new CodeLayouts(3);
    other.add(layouts(7, 9));
    other.restore(kept.save());
    kept.add(layouts(3000, 5000));
    other.add(layouts(3000, 5000));
    assertThat(other.save()).isEqualTo(kept.save());
  }
}
