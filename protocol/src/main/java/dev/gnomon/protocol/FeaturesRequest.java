package dev.gnomon.protocol;

/** The features of this step, or the conditions made from them, were lost; make them again. */
public record FeaturesRequest(Lineage lineage, long step) implements TeacherMessage {}
