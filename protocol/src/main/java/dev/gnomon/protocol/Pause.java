package dev.gnomon.protocol;

/** Operator: admit no further steps until {@link Continue}. */
public record Pause() implements OperatorWish {}
