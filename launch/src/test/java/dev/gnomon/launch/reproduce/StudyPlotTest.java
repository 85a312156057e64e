package dev.gnomon.launch.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are compared on the seeds that all of them have. */
class StudyPlotTest {

  private static final Figure BOTH = new Figure(List.of(Optional.of(0.4), Optional.of(0.6)));
  private static final Figure FIRST = new Figure(List.of(Optional.of(0.5), Optional.empty()));
  private static final Figure SECOND = new Figure(List.of(Optional.empty(), Optional.of(0.5)));

  @TempDir Path folder;

  private final StudyPlot plot =
      new StudyPlot(
          Study.of("staleness", "bootstrap", Optional.empty(), "max-staleness", List.of()),
          List.of(1L, 2L));

  @Test
  void aSeedThatARowLacksIsLeftOutOfAllAndTheTitleSaysSo() throws Exception {
    plot.add("0", BOTH, BOTH);
    assertThat(plot.isDrawable()).isFalse();
    plot.add("4", BOTH, BOTH);
    assertThat(plot.title()).isEqualTo("bootstrap: staleness");
    plot.add("16", FIRST, BOTH);
    assertThat(plot.isDrawable()).isTrue();
    assertThat(plot.title()).isEqualTo("bootstrap: staleness, seed 1");
    Path file = folder.resolve("plot.png");
    plot.write(file);
    assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(800);
  }

  @Test
  void rowsWithoutASeedInCommonAreNotDrawn() {
    plot.add("0", FIRST, FIRST);
    plot.add("4", SECOND, SECOND);
    assertThat(plot.isDrawable()).isFalse();
  }
}
