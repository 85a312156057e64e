/**
 * Experiments of several runs: what is to be done ({@link
 * dev.gnomon.launch.reproduce.ExperimentPlan}), what is done already ({@link
 * dev.gnomon.launch.reproduce.ResultFolder}), and the page that says what came out ({@link
 * dev.gnomon.launch.reproduce.ResultsPage}).
 */
package dev.gnomon.launch.reproduce;
