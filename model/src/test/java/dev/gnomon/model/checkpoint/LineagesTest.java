package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

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
