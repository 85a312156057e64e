package dev.gnomon.protocol;

/** Operator: write a checkpoint at the next step where one is whole. */
public record CheckpointNow() implements OperatorWish {}
