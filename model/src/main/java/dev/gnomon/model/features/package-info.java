/**
 * Features of whole image sets, taken from a trained network or a foreign one, as files; and the
 * codes that k-means gives them (METHOD 1.8).
 */
package dev.gnomon.model.features;
