package dev.gnomon.protocol;

/**
 * One unbroken line of training. A rollback or a take-over opens the next number; messages of
 * another lineage are dropped.
 *
 * @param run name of the run
 * @param number grows by one with each rollback or take-over, from 1
 */
public record Lineage(String run, long number) {}
