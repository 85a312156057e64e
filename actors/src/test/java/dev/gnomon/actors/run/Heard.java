package dev.gnomon.actors.run;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** What the listener was told. */
final class Heard implements RunListener {
  final ConcurrentLinkedQueue<Long> steps = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
  final ConcurrentLinkedQueue<Long> scored = new ConcurrentLinkedQueue<>();
  final BlockingQueue<RunSummary> finished = new LinkedBlockingQueue<>();
  volatile boolean broken;

  @Override
  public void onStep(StepReport report) {
    if (broken) {
      broken = false;
      throw new IllegalStateException("a listener that breaks its promise");
    }
    steps.add(report.step());
  }

  @Override
  public void onEvent(String line) {
    events.add(line);
  }

  @Override
  public void onScored(long step, Map<String, Double> scores) {
    scored.add(step);
  }

  @Override
  public void onFinished(RunSummary summary) {
    finished.add(summary);
  }
}
