package dev.gnomon.model.data;

import java.util.List;

/**
 * A finite set of images of one size, numbered from 0. Reading image i gives the same bytes each
 * time, from any thread.
 */
public interface ImageSet {

  /** What it is, in a few words a person reads: name, number of images, where from. */
  String description();

  /** Number of images. */
  int count();

  int channels();

  /** Height and width in pixels. */
  int size();

  /** Bytes of memory that it holds its images in; 0 where they are made as they are read. */
  long bytes();

  /** Names of the labels in order; empty where the set has no labels. */
  List<String> labelNames();

  /** Label of image {@code index}, or -1 where the set has none. */
  int label(int index);

  /** Writes image {@code index}, uint8 [channels, size, size], at {@code offset}. */
  void read(int index, byte[] into, int offset);
}
