package dev.gnomon.protocol;

/**
 * What the teacher saw in a batch.
 *
 * @param version weight version it looked with
 * @param features tap of each image at the teacher's noise level, [batch, width]
 */
public record TeacherFeatures(Lineage lineage, long step, long version, float[] features)
    implements AssignerMessage {}
