package dev.gnomon.actors.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.evaluator.BlockQueue.Block;
import dev.gnomon.actors.evaluator.BlockQueue.Order;
import dev.gnomon.protocol.BlockKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockQueueTest {

  private static final Block REAL = new Block(BlockKind.REFERENCE, 0);
  private static final Block ZERO = new Block(BlockKind.SAMPLES, 0);
  private static final Block ONE = new Block(BlockKind.SAMPLES, 1);

  private final BlockQueue<String> queue = new BlockQueue<>(List.of(REAL, ZERO, ONE), 2, 2);

  @Test
  void eachWorkerHasOneBlockAtATime() {
    queue.workers(List.of("a", "b"));
    assertThat(queue.next()).contains(new Order<>("a", REAL));
    assertThat(queue.next()).contains(new Order<>("b", ZERO));
    assertThat(queue.next()).isEmpty();
    assertThat(queue.done(ZERO)).isTrue();
    assertThat(queue.next()).contains(new Order<>("b", ONE));
  }

  @Test
  void isCompleteWhenEveryBlockIsThereOnce() {
    queue.workers(List.of("a"));
    for (Block block : List.of(REAL, ZERO, ONE)) {
      assertThat(queue.isComplete()).isFalse();
      queue.next();
      assertThat(queue.done(block)).isTrue();
      assertThat(queue.done(block)).isFalse();
    }
    assertThat(queue.isComplete()).isTrue();
    assertThat(queue.next()).isEmpty();
  }

  @Test
  void withoutWorkersNothingIsGivenAway() {
    assertThat(queue.next()).isEmpty();
  }

  @Test
  void aBlockThatTakesTooLongGoesToAnotherAndTheFirstAnswerCounts() {
    queue.workers(List.of("a", "b"));
    queue.next();
    queue.next();
    queue.done(ZERO);
    queue.next();
    queue.done(ONE);
    queue.tick();
    queue.tick();
    assertThat(queue.next()).isEmpty();
    queue.tick();
    assertThat(queue.next()).contains(new Order<>("b", REAL));
    assertThat(queue.done(REAL)).isTrue(); // from a, late
    assertThat(queue.done(REAL)).isFalse(); // from b
    assertThat(queue.isComplete()).isTrue();
  }

  @Test
  void theOnlyWorkerGetsItsBlockAgain() {
    queue.workers(List.of("a"));
    queue.next();
    queue.tick();
    queue.tick();
    queue.tick();
    assertThat(queue.next()).contains(new Order<>("a", REAL));
  }

  @Test
  void blocksOfAWorkerThatLeftAreGivenAwayAgain() {
    queue.workers(List.of("a", "b"));
    queue.next();
    queue.next();
    queue.workers(List.of("b"));
    queue.done(ZERO);
    assertThat(queue.next()).contains(new Order<>("b", REAL));
  }

  @Test
  void aBlockMayFailOnlySoOften() {
    queue.workers(List.of("a"));
    queue.next();
    assertThat(queue.failed(REAL)).isFalse();
    assertThat(queue.failed(REAL)).isFalse(); // doubled
    queue.next();
    assertThat(queue.failed(REAL)).isTrue();
  }

  @Test
  void aFailureOfABlockThatIsThereIsLate() {
    queue.workers(List.of("a"));
    queue.next();
    queue.done(REAL);
    assertThat(queue.failed(REAL)).isFalse();
    assertThat(queue.next()).contains(new Order<>("a", ZERO));
  }
}
