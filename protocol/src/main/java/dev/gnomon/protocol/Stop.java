package dev.gnomon.protocol;

/** Operator: write a last checkpoint and end the run. */
public record Stop() implements OperatorWish {}
