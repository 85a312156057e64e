package dev.gnomon.actors.settings;

import java.time.Duration;

/**
 * What a wait may take.
 *
 * @param answer after this long without an answer, whoever waits asks again
 * @param evaluationBlock after this long a block of an evaluation is given to another evaluator
 * @param waiting after this long without progress, the wait is a line in the supervision log
 * @param evaluator after this long without anyone to score its last checkpoint a run is over
 * @param stop what a stop may take: finish the step, write the checkpoint
 */
public record DeadlineSettings(
    Duration answer,
    Duration evaluationBlock,
    Duration evaluator,
    Duration waiting,
    Duration stop) {}
