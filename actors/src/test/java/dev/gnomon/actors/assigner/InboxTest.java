package dev.gnomon.actors.assigner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.stage.Stage;
import dev.gnomon.protocol.Taps;
import dev.gnomon.protocol.TeacherFeatures;
import org.junit.jupiter.api.Test;

class InboxTest {

  @Test
  void tapsAreTakenInOrderEachOnce() {
    TapsInbox inbox = new TapsInbox(3);

    assertThat(inbox.accept(taps(4))).isTrue();
    assertThat(inbox.accept(taps(4))).as("doubled").isFalse();
    assertThat(inbox.accept(taps(2))).as("late").isFalse();
    assertThat(inbox.take()).as("a gap").isEmpty();
    assertThat(inbox.accept(taps(3))).isTrue();

    assertThat(inbox.take()).map(Taps::step).contains(3L);
    assertThat(inbox.take()).map(Taps::step).contains(4L);
    assertThat(inbox.next()).isEqualTo(5);
    assertThat(inbox.take()).isEmpty();
  }

  @Test
  void featuresWaitForTheirVersion() {
    FeaturesInbox inbox = new FeaturesInbox();
    inbox.accept(features(13, 8));
    inbox.accept(features(11, 4));
    inbox.accept(features(10, 4));
    inbox.accept(features(10, 4));

    assertThat(inbox.take(3)).isEmpty();
    assertThat(inbox.take(7)).extracting(TeacherFeatures::step).containsExactly(10L, 11L);
    assertThat(inbox.take(7)).isEmpty();
    assertThat(inbox.take(8)).extracting(TeacherFeatures::step).containsExactly(13L);
  }

  private static Taps taps(long step) {
    return new Taps(
        Stage.FIRST, step, new float[2], new float[1], new int[1], new int[1], new long[1], false);
  }

  private static TeacherFeatures features(long step, long version) {
    return new TeacherFeatures(Stage.FIRST, step, version, new float[2]);
  }
}
