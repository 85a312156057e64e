package dev.gnomon.actors.settings;

import dev.gnomon.model.diffusion.SamplingSettings;

/**
 * How checkpoints are scored.
 *
 * @param every steps between two evaluations, a multiple of the checkpoints'; the last checkpoint
 *     is always evaluated; 0 = never, not even that one
 * @param samples generated images of a score
 * @param reference real images they are compared with
 * @param featureNetwork one that is built in (FeatureKind), or the name of a class that implements
 *     FeatureNetwork
 */
public record EvaluationSettings(
    long every, int samples, int reference, SamplingSettings sampling, String featureNetwork) {}
