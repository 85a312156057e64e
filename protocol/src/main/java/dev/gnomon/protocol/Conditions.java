package dev.gnomon.protocol;

/**
 * What one step trains under.
 *
 * @param version weight version the codes come from, or -1 without a teacher
 * @param codes code of each image, [batch], or of its patches, [batch * patches]
 * @param rowCodes codes whose rows follow, ascending, each once
 * @param rows prototype rows, [rowCodes.length, width]
 */
public record Conditions(
    Lineage lineage, long step, long version, int[] codes, int[] rowCodes, float[] rows)
    implements TrainerMessage {}
