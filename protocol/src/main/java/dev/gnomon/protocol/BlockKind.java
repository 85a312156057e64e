package dev.gnomon.protocol;

/** What a block of 64 images is made of. */
public enum BlockKind {
  /** Images the checkpoint generates. */
  SAMPLES,
  /** Real images of the fixed reference selection. */
  REFERENCE
}
