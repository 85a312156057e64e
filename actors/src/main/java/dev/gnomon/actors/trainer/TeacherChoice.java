package dev.gnomon.actors.trainer;

import java.util.List;
import java.util.Optional;

/**
 * Which teacher to ask for a step's conditions: the one whose step it is, and after each attempt
 * without an answer the next.
 */
final class TeacherChoice {

  private TeacherChoice() {}

  /**
   * The teacher to ask.
   *
   * @param attempt 1 at the first time; the attempt before it was the teacher's own doing
   */
  static <T> Optional<T> of(List<T> teachers, long step, int attempt) {
    return teachers.isEmpty()
        ? Optional.empty()
        : Optional.of(teachers.get(Math.floorMod(step + attempt - 1, teachers.size())));
  }
}
