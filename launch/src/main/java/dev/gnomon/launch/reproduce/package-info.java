/**
 * Experiments of several runs: what is to be done ({@link
 * dev.gnomon.launch.reproduce.ExperimentPlan}), and what is done already ({@link
 * dev.gnomon.launch.reproduce.ResultFolder}).
 */
package dev.gnomon.launch.reproduce;
