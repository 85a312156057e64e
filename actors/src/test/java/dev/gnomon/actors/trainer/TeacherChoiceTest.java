package dev.gnomon.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherChoiceTest {

  @Test
  void itIsFirstWhoseStepItIsAndThenEachInTurn() {
    List<String> teachers = List.of("a", "b", "c");
    assertThat(TeacherChoice.of(teachers, 7, 1)).contains("b");
    assertThat(TeacherChoice.of(teachers, 7, 2)).contains("c");
    assertThat(TeacherChoice.of(teachers, 7, 3)).contains("a");
    assertThat(TeacherChoice.of(teachers, 7, 4)).contains("b");
    assertThat(TeacherChoice.of(teachers, 0, 0)).contains("c");
  }

  @Test
  void thereMayBeNone() {
    assertThat(TeacherChoice.of(List.of(), 7, 1)).isEmpty();
  }
}
