package dev.gnomon.protocol;

/**
 * What the teacher saw in a batch.
 *
 * @param version weight version it looked with
 * @param features tap of each image, or of its patches, at the teacher's noise level, [codes,
 *     width]
 */
public record TeacherFeatures(Lineage lineage, long step, long version, float[] features)
    implements AssignerMessage {}
