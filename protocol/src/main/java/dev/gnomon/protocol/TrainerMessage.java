package dev.gnomon.protocol;

/** What others tell the trainer, which owns the trunk. */
public sealed interface TrainerMessage extends WireMessage
    permits Begin,
        Halt,
        Admit,
        Batch,
        Conditions,
        CheckpointAt,
        CheckpointAbandoned,
        CheckpointOffered,
        CheckpointWritten,
        TapsRequest,
        WeightsRequest,
        ExperimentMessage,
        LocalMessage {}
