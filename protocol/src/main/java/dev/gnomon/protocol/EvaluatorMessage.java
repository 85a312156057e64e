package dev.gnomon.protocol;

/** What others tell an evaluator, which runs one block of 64 images at a time. */
public sealed interface EvaluatorMessage extends WireMessage
    permits Begin,
        Halt,
        EvaluateBlock,
        ReferenceImages,
        CheckpointOffered,
        ExperimentMessage,
        LocalMessage {}
