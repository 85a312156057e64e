package dev.gnomon.model.training;

import java.util.Optional;

/**
 * What one step of the trunk gives.
 *
 * @param loss flow-matching loss, the mean over images, channels and pixels
 * @param taps features for the assigner, where conditions come from one
 */
public record TrunkStep(long step, double loss, Optional<Taps> taps) {}
