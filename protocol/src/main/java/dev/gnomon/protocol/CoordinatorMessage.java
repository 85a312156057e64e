package dev.gnomon.protocol;

/**
 * What others tell the run's coordinator: actors about their work, operators about what they want.
 */
public sealed interface CoordinatorMessage extends WireMessage
    permits Begun,
        Idle,
        StepDone,
        LossNotFinite,
        CheckpointWritten,
        CheckpointFailed,
        Scored,
        Failed,
        Waiting,
        Working,
        OperatorWish,
        OperatorRequest,
        StatusRequest,
        ExperimentMessage,
        LocalMessage {}
