package dev.gnomon.protocol;

/** What others tell the scorer, which hands out blocks and folds their features into scores. */
public sealed interface ScorerMessage extends WireMessage
    permits Begin,
        Halt,
        Evaluate,
        SampleFeatures,
        ReferenceFeatures,
        BlockFailed,
        ExperimentMessage,
        LocalMessage {}
