package com.example;

import akka.actor.typed.Behavior;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.Companion;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.evaluator.Evaluator;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.protocol.EvaluateBlock;
import dev.gnomon.protocol.EvaluatorMessage;

/** An evaluator that says, beside each score by colours, how many centroids are in use. */
public final class ColourEvaluator implements ActorFactory<EvaluatorMessage> {

  @Override
  public Behavior<EvaluatorMessage> create(RoleContext context) {
    return Companion.with(EvaluatorMessage.class, new Uses(), Evaluator.create(context));
  }

  private static final class Uses implements Companion<EvaluatorMessage> {

    private CentroidUse newest; // null before the first
    private long said = -1; // checkpoint

    @Override
    public void sees(EvaluatorMessage message) {
      if (message instanceof CentroidUse use && (newest == null || use.isNewerThan(newest))) {
        newest = use;
      } else if (message instanceof EvaluateBlock block
          && newest != null
          && newest.lineage().equals(block.lineage())
          && block.step() != said) {
        said = block.step();
        SupervisionLog.event("centroids")
            .with("score", new ColourHistogram().scoreName())
            .with("checkpoint", block.step())
            .with("used", newest.used())
            .with("of", newest.images().length)
            .with("at-step", newest.step())
            .info();
      }
    }
  }
}
