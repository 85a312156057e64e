package com.example;

import akka.actor.typed.Behavior;
import com.typesafe.config.Config;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.Companion;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.actors.assigner.Assigner;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.AssignerMessage;

/** An assigner that groups images by k-means, learned as the run goes: see {@link Centroids}. */
public final class CentroidAssigner implements ActorFactory<AssignerMessage> {

  @Override
  public Behavior<AssignerMessage> create(RoleContext context) {
    Config own = context.settings().resolved().getConfig("gnomon.plugins");
    double rate = own.hasPath("centroid-rate") ? own.getDouble("centroid-rate") : 0.05;
    TrainingSettings training = context.settings().training();
    Evaluators evaluators = new Evaluators();
    return Companion.with(
        AssignerMessage.class,
        evaluators,
        Assigner.create(context, () -> new Centroids(training, rate, evaluators.ofThisLineage())));
  }
}
