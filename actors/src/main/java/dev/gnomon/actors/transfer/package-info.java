/**
 * How weights get from one process to another where there is no file that both see, versions and
 * files of checkpoints alike: chunks over a socket of its own, beside the actors' messages and
 * never among them.
 */
package dev.gnomon.actors.transfer;
