package dev.gnomon.protocol;

/**
 * What became of an operator's wish.
 *
 * @param words a sentence for the operator: what happens now, or why not
 */
public record OperatorAnswer(boolean granted, String words) implements WireMessage {}
