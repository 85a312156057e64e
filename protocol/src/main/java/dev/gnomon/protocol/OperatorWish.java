package dev.gnomon.protocol;

/** What an operator may want of a run; alone, or in an {@link OperatorRequest} to be answered. */
public sealed interface OperatorWish extends CoordinatorMessage
    permits Pause, Continue, CheckpointNow, EvaluateNow, Stop, Change {}
