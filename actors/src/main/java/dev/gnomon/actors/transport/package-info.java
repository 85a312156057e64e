/**
 * How the processes of a run reach each other: plain sockets or TLS, one gate for each port that
 * lets in only who belongs there, and what is said about those that do not.
 */
package dev.gnomon.actors.transport;
