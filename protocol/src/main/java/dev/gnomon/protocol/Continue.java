package dev.gnomon.protocol;

/** Operator: go on after {@link Pause}. */
public record Continue() implements OperatorWish {}
