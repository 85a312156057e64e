package dev.gnomon.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LaneStateTest {

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final LaneState<Noted> lane = new LaneState<>("lane-under-test");

  private final class Noted implements AutoCloseable {
    private final String name;

    Noted(String name) {
      this.name = name;
      events.add("open " + name);
    }

    String work(String what) {
      events.add(what + " on " + name);
      return Thread.currentThread().getName();
    }

    @Override
    public void close() {
      events.add("close " + name + " on " + Thread.currentThread().getName());
    }
  }

  @AfterEach
  void close() {
    lane.close();
  }

  @Test
  void worksInOrderOnItsOwnThreadAndClosesThere() throws Exception {
    lane.renew(() -> new Noted("first"), state -> state.work("start"));
    lane.run(state -> state.work("step"));
    String thread = await(lane.run(state -> state.work("save")));
    assertThat(thread).isEqualTo("lane-under-test");
    await(lane.close());

    assertThat(events)
        .containsExactly(
            "open first",
            "start on first",
            "step on first",
            "save on first",
            "close first on lane-under-test");
  }

  @Test
  void renewingClosesTheOldStateBeforeItMakesTheNew() throws Exception {
    lane.renew(() -> new Noted("first"), state -> state.work("start"));
    await(lane.renew(() -> new Noted("second"), state -> state.work("start")));

    assertThat(events)
        .containsSubsequence("close first on lane-under-test", "open second", "start on second");
  }

  @Test
  void openingKeepsTheStateThatIsThere() throws Exception {
    lane.open(() -> new Noted("first"));
    await(lane.open(() -> new Noted("second")));

    assertThat(events).containsExactly("open first");
  }

  @Test
  void failedWorkFailsItsResultAndNothingElse() throws Exception {
    lane.open(() -> new Noted("first"));
    CompletionStage<String> failed =
        lane.run(
            state -> {
              throw new IllegalStateException("device on fire");
            });

    assertThatThrownBy(() -> await(failed))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("device on fire");
    String thread = await(lane.run(state -> state.work("step")));
    assertThat(thread).isEqualTo("lane-under-test");
  }

  @Test
  void withoutStateOrAfterItsCloseItFailsAtOnce() throws Exception {
    assertThatThrownBy(() -> await(lane.run(state -> state.work("step"))))
        .hasMessageContaining("there is no state");
    await(lane.close());
    assertThatThrownBy(() -> await(lane.run(state -> state.work("step"))))
        .hasMessageContaining("the lane is closed");
  }

  private static <T> T await(CompletionStage<T> result) throws Exception {
    return result.toCompletableFuture().get();
  }
}
