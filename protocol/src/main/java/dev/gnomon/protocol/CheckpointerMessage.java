package dev.gnomon.protocol;

/** What others tell the checkpointer, which makes two halves a checkpoint. */
public sealed interface CheckpointerMessage extends WireMessage
    permits Begin,
        Halt,
        HalfSaved,
        ScoreKnown,
        CheckpointsInUse,
        CheckpointAbandoned,
        CheckpointRequest,
        NewestRequest,
        ExperimentMessage,
        LocalMessage {}
