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
        CheckpointComing,
        NewestFound,
        NewestUnknown,
        Scored,
        Failed,
        Waiting,
        Working,
        OperatorWish,
        OperatorRequest,
        LeaveRequest,
        StatusRequest,
        ExperimentMessage,
        LocalMessage {}
