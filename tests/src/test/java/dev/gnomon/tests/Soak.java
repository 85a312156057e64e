package dev.gnomon.tests;

import dev.gnomon.actors.node.Gnomon;
import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.protocol.Continue;
import dev.gnomon.protocol.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A run that is paused twice in stage 2, 1500 steps apart, to count native arrays and to take the
 * median of ten resident sizes. Prints them, first and second: {@code arrays N N}, {@code resident
 * B B}.
 */
public final class Soak {

  static final long FIRST = 3000; // malloc has found its size by then
  static final long SECOND = FIRST + 1500;

  private Soak() {}

  /** Runs in a process of its own, with a fixed heap. */
  public static void main(String[] arguments) throws Exception {
    RunSettings settings =
        TinyRuns.settings(
            "gnomon.steps=4600",
            "gnomon.boundary=0.05",
            "gnomon.threads=1",
            "gnomon.checkpoint.every=100",
            "gnomon.evaluate.every=200",
            "gnomon.evaluate.samples=64");
    Steps steps = new Steps();
    List<Long> arrays = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    try (Gnomon run = Gnomon.start(settings, Path.of(arguments[0]), steps)) {
      for (long stop : new long[] {FIRST, SECOND}) {
        steps.await(stop);
        run.tell(new Pause());
        arrays.add(settled());
        resident.add(medianResident());
        run.tell(new Continue());
      }
      run.await();
    }
    System.out.printf("arrays %d %d%n", arrays.get(0), arrays.get(1));
    System.out.printf("resident %d %d%n", resident.get(0), resident.get(1));
  }

  /** Live native arrays once nothing works any more: the same number for two seconds. */
  private static long settled() throws InterruptedException {
    long last = -1;
    int same = 0;
    while (same < 20) {
      Thread.sleep(100);
      long now = NativeArrays.live();
      same = now == last ? same + 1 : 0;
      last = now;
    }
    return last;
  }

  private static long medianResident() throws IOException, InterruptedException {
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Thread.sleep(50);
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          sizes.add(Long.parseLong(line.replaceAll("\\D", "")) * 1024);
        }
      }
    }
    Collections.sort(sizes);
    return (sizes.get(4) + sizes.get(5)) / 2;
  }

  /** Waits for steps. */
  private static final class Steps implements RunListener {

    private long done;

    synchronized void await(long step) throws InterruptedException {
      while (done < step) {
        wait();
      }
    }

    @Override
    public synchronized void onStep(StepReport report) {
      done = report.step();
      notifyAll();
    }

    @Override
    public void onEvent(String line) {}

    @Override
    public void onScored(long step, Map<String, Double> scores) {}

    @Override
    public void onFinished(RunSummary summary) {}
  }
}
