package dev.gnomon.protocol;

/** Steps below {@code below} may start: the only flow control there is. */
public record Admit(Lineage lineage, long below) implements TrainerMessage, TeacherMessage {}
