package dev.gnomon.protocol;

/**
 * Work on this lineage. The same lineage again means that only the wiring changed; a newer one
 * means: drop everything and restore from {@code start}.
 */
public record Begin(Lineage lineage, Start start, Wiring wiring)
    implements TrainerMessage,
        TeacherMessage,
        AssignerMessage,
        LoaderMessage,
        CheckpointerMessage,
        EvaluatorMessage,
        ScorerMessage {}
