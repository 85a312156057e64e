package com.example;

import dev.gnomon.actors.Companion;
import dev.gnomon.protocol.AssignerMessage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Lineage;
import java.util.function.BiConsumer;

/** Goes with the assigner and tells the run's evaluators how its centroids are used. */
final class Evaluators implements Companion<AssignerMessage> {

  private volatile Begin newest; // says who works on the run

  @Override
  public void sees(AssignerMessage message) {
    if (message instanceof Begin begin
        && (newest == null || begin.lineage().number() >= newest.lineage().number())) {
      newest = begin;
    }
  }

  /** Tells them, by any thread, of the lineage that begins now. */
  BiConsumer<Long, double[]> ofThisLineage() {
    Lineage lineage = newest.lineage();
    return (step, images) -> {
      CentroidUse use = new CentroidUse(lineage, step, images);
      newest.wiring().evaluators().forEach(evaluator -> evaluator.tell(use));
    };
  }
}
