package dev.gnomon.protocol;

/** Stop working on this lineage, but stay. */
public record Halt(Lineage lineage)
    implements TrainerMessage,
        TeacherMessage,
        AssignerMessage,
        LoaderMessage,
        CheckpointerMessage,
        EvaluatorMessage,
        ScorerMessage {}
