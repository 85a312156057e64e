package dev.gnomon.model.data;

import dev.gnomon.model.Choice;

/** The kinds of image sets there are, by the words of {@code gnomon.data.kind}. */
public enum DataKind implements Choice {
  SHAPES("shapes", "colour shapes, built in"),
  IDX("idx", "MNIST's format, as Fashion-MNIST's"),
  CIFAR("cifar", "CIFAR-10's binary format"),
  FOLDER("folder", "PNG and JPEG files, a folder a class if there are classes"),
  AUTO("auto", "what lies at the path; shapes without one");

  private final String word;
  private final String meaning;

  DataKind(String word, String meaning) {
    this.word = word;
    this.meaning = meaning;
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public String meaning() {
    return meaning;
  }
}
