package dev.gnomon.protocol;

/** What others tell a teacher, which looks at images with the averaged trunk. */
public sealed interface TeacherMessage extends WireMessage
    permits Begin,
        Halt,
        Admit,
        Batch,
        WeightsPublished,
        FeaturesRequest,
        ExperimentMessage,
        LocalMessage {}
