package dev.gnomon.protocol;

/**
 * Everything that can cross a node. Each record below it has a mapping to protobuf in {@link
 * WireSerializer}. Arrays in messages are never written to after the message was made.
 */
public sealed interface WireMessage
    permits CoordinatorMessage,
        TrainerMessage,
        TeacherMessage,
        AssignerMessage,
        LoaderMessage,
        CheckpointerMessage,
        EvaluatorMessage,
        ScorerMessage,
        OperatorAnswer,
        RunStatus {}
