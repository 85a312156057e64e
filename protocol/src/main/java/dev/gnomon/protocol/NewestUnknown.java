package dev.gnomon.protocol;

/** The store of checkpoints can not be read. */
public record NewestUnknown(long question, String cause) implements CoordinatorMessage {}
