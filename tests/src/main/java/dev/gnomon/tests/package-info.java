/**
 * What measures the whole system from outside: comparison with reference numbers. {@code
 * launch/gnomon parity} starts it; nothing else depends on it.
 */
package dev.gnomon.tests;
