package dev.gnomon.protocol;

/** What others tell the assigner, which owns projection head and prototypes. */
public sealed interface AssignerMessage extends WireMessage
    permits Begin,
        Halt,
        TeacherFeatures,
        Taps,
        CheckpointAbandoned,
        CheckpointOffered,
        CheckpointWritten,
        ExperimentMessage,
        LocalMessage {}
