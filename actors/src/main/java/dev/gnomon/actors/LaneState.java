package dev.gnomon.actors;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/**
 * State that lives on a {@link Lane}: made, used and closed by the lane's thread alone, as native
 * memory must be.
 *
 * @param <S> the state
 */
public final class LaneState<S extends AutoCloseable> {

  /**
   * A piece of work on the state.
   *
   * @param <S> the state
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Work<S, T> {
    T on(S state) throws Exception;
  }

  private final Lane lane;
  private S state; // of the lane's thread

  /** State yet to be made, on a lane of its own whose thread has that name. */
  public LaneState(String name) {
    lane = new Lane(name);
  }

  /** Closes what there is, makes it anew, and gives the result of the first piece of work on it. */
  public <T> CompletionStage<T> renew(Callable<? extends S> opening, Work<? super S, T> first) {
    return lane.run(
        () -> {
          release();
          state = opening.call();
          return first.on(state);
        });
  }

  /** Makes the state unless there is one. */
  public CompletionStage<Boolean> open(Callable<? extends S> opening) {
    return lane.run(
        () -> {
          if (state == null) {
            state = opening.call();
          }
          return true;
        });
  }

  /** Runs {@code work} after all that was given before. */
  public <T> CompletionStage<T> run(Work<? super S, T> work) {
    return lane.run(
        () -> {
          if (state == null) {
            throw new IllegalStateException("there is no state: making it failed before");
          }
          return work.on(state);
        });
  }

  /** Closes the state after all work that was given before, and then the lane. Returns at once. */
  public CompletionStage<Void> close() {
    CompletionStage<Void> closed =
        lane.run(
            () -> {
              release();
              return null;
            });
    lane.close();
    return closed;
  }

  private void release() throws Exception {
    S old = state;
    state = null;
    if (old != null) {
      old.close();
    }
  }
}
