package dev.gnomon.actors.node;

import dev.gnomon.actors.run.RunListener;
import dev.gnomon.actors.run.RunSummary;
import dev.gnomon.actors.run.StepReport;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Passes on to a listener, and ends the wait for the run when it is over. */
record Ending(RunListener listener, CompletableFuture<RunSummary> finished) implements RunListener {

  @Override
  public void onStep(StepReport report) {
    listener.onStep(report);
  }

  @Override
  public void onEvent(String line) {
    listener.onEvent(line);
  }

  @Override
  public void onScored(long step, Map<String, Double> scores) {
    listener.onScored(step, scores);
  }

  @Override
  public void onFinished(RunSummary summary) {
    listener.onFinished(summary);
    finished.complete(summary);
  }
}
