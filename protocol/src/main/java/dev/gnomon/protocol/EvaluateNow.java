package dev.gnomon.protocol;

/** Operator: score the newest checkpoint. */
public record EvaluateNow() implements OperatorWish {}
