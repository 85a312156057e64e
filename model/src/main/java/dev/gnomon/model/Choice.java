package dev.gnomon.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Something a configuration chooses by a word: the enums that implement it are the only lists of
 * what there is. Configurations are checked against them, and {@code gnomon list} prints them.
 */
public interface Choice {

  /** The word a configuration has for it. */
  String word();

  /** What it is, in one line. */
  String meaning();

  /** The words of all of them. */
  static String[] words(Choice... all) {
    return Arrays.stream(all).map(Choice::word).toArray(String[]::new);
  }

  /**
   * The one of that word.
   *
   * @throws IllegalArgumentException where there is none; the message has all words
   */
  static <C extends Choice> C of(C[] all, String word) {
    return Arrays.stream(all)
        .filter(choice -> choice.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"%s\": expected %s"
                        .formatted(
                            word,
                            Arrays.stream(all)
                                .map(Choice::word)
                                .collect(Collectors.joining(" | ")))));
  }
}
