package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineagesTest {
  @TempDir Path run;

  @Test
  void numbersCountFromOneAndOutliveTheProcess() throws IOException {
    assertThat(new Lineages(run).current()).isZero();
    assertThat(new Lineages(run).open()).isEqualTo(1);
    assertThat(new Lineages(run).open()).isEqualTo(2);
    assertThat(new Lineages(run).current()).isEqualTo(2);
  }

  @Test
  void aNumberIsOverThoseOfCheckpointsThatCameFromElsewhere() throws IOException {
    assertThat(new Lineages(run).open(7)).isEqualTo(8);
    assertThat(new Lineages(run).open(3)).isEqualTo(9);
  }

  @Test
  void onlyTheNewestLineageCanBeSucceeded() throws IOException {
    Lineages lineages = new Lineages(run);
    long first = lineages.open();
    long second = lineages.succeed(first, 0);
    assertThat(second).isEqualTo(2);
    lineages.requireCurrent(second);
    assertThatThrownBy(() -> lineages.succeed(first, 0))
        .isInstanceOf(SupersededException.class)
        .hasMessageContaining("it is at lineage 2, this process is at 1");
    assertThatThrownBy(() -> lineages.requireCurrent(first))
        .isInstanceOf(SupersededException.class);
    assertThatThrownBy(() -> lineages.succeed(second, 3)).isInstanceOf(SupersededException.class);
    assertThat(lineages.current()).isEqualTo(second);
    assertThat(lineages.succeed(second, second)).isEqualTo(3);
  }

  @Test
  void aNumberThatWasOpenedElsewhereIsAdoptedUnlessANewerOneIsKnown() throws IOException {
    Lineages lineages = new Lineages(run);
    lineages.adopt(5);
    assertThat(lineages.current()).isEqualTo(5);
    lineages.adopt(5);
    assertThatThrownBy(() -> lineages.adopt(4))
        .isInstanceOf(SupersededException.class)
        .hasMessageContaining("it is at lineage 5, this process is at 4");
    assertThat(lineages.open()).isEqualTo(6);
  }

  @Test
  void whoOpensAtTheSameTimeGetsDifferentNumbers() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Long> open = () -> new Lineages(run).open();
      List<Long> opened = new ArrayList<>();
      for (Future<Long> number : threads.invokeAll(Collections.nCopies(40, open))) {
        opened.add(number.get());
      }
      assertThat(opened)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
    } finally {
      threads.shutdownNow();
    }
  }
}
