package dev.gnomon.protocol;

import akka.actor.NoSerializationVerificationNeeded;

/**
 * What an actor sends to itself, such as the result of its lane or a tick: a private record in the
 * actor implements this. It never leaves the JVM, so it has no mapping and may hold anything.
 */
public non-sealed interface LocalMessage
    extends CoordinatorMessage,
        TrainerMessage,
        TeacherMessage,
        AssignerMessage,
        LoaderMessage,
        CheckpointerMessage,
        EvaluatorMessage,
        ScorerMessage,
        NoSerializationVerificationNeeded {}
