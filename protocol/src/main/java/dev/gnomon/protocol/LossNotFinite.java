package dev.gnomon.protocol;

/**
 * A step's loss was not a finite number. This role stands still before that step until a newer
 * lineage begins, and says so again at each tick.
 *
 * @param cause what was not finite
 * @param images ids of the batch's images
 */
public record LossNotFinite(Lineage lineage, Role role, long step, String cause, long[] images)
    implements CoordinatorMessage {}
