package dev.gnomon.protocol;

/**
 * A message of someone's own, for actors that replace ours: a plain record that implements this may
 * be sent to any actor and crosses nodes by Kryo, without a .proto. Its class, and each class in
 * its fields, is listed under {@code gnomon.experiment.messages}.
 */
public non-sealed interface ExperimentMessage
    extends CoordinatorMessage,
        TrainerMessage,
        TeacherMessage,
        AssignerMessage,
        LoaderMessage,
        CheckpointerMessage,
        EvaluatorMessage,
        ScorerMessage {}
