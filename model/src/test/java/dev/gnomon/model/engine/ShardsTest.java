package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.Shards.Shard;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardsTest {

  @ParameterizedTest
  @CsvSource({"1, 64, 1", "2, 64, 2", "2, 15, 1", "2, 16, 2", "3, 64, 3", "16, 64, 8", "4, 1, 1"})
  void shardsOfABatchFollowEachOtherAndAreNotTooSmall(int threads, int count, int expected) {
    try (ComputeDevice device = ComputeDevice.open("cpu", threads)) {
      List<Shard> shards = device.shards().of(count);
      assertThat(shards).hasSize(expected).isEqualTo(device.shards().of(count));
      int at = 0;
      for (Shard shard : shards) {
        assertThat(shard.from()).isEqualTo(at);
        assertThat(shard.count()).isGreaterThanOrEqualTo(Math.min(count, 8));
        at = shard.to();
      }
      assertThat(at).isEqualTo(count);
    }
  }

  @Test
  void resultsComeInTheOrderOfTheShards() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 3);
        NDManager scope = device.scope()) {
      NDArray numbers = scope.arange(0f, 48f, 1f);
      List<Float> sums =
          device
              .shards()
              .map(
                  48,
                  shard -> {
                    try (NDManager own = device.scope()) {
                      NDArray some = numbers.get(shard.from() + ":" + shard.to());
                      some.attach(own);
                      return some.sum().getFloat();
                    }
                  });
      assertThat(sums).containsExactly(120f, 376f, 632f);
    }
  }

  @Test
  void oneShardIsWorkedOnByTheCallerItself() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 2)) {
      assertThat(device.shards().map(8, shard -> Thread.currentThread()))
          .containsExactly(Thread.currentThread());
    }
  }

  @Test
  void afterAFailureNoShardIsStillBeingWorkedOn() {
    CountDownLatch returned = new CountDownLatch(1);
    AtomicInteger early = new AtomicInteger();
    try (ComputeDevice device = ComputeDevice.open("cpu", 2)) {
      assertThatThrownBy(
              () -> {
                try {
                  device
                      .shards()
                      .map(
                          16,
                          shard -> {
                            if (shard.from() == 0) {
                              throw new IllegalStateException("the first shard");
                            }
                            return happens(returned) ? early.incrementAndGet() : 0;
                          });
                } finally {
                  returned.countDown();
                }
              })
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the first shard");
      assertThat(device.shards().map(16, Shard::count)).containsExactly(8, 8);
    }
    assertThat(early).as("shards worked on after the call").hasValue(0);
  }

  @Test
  void anErrorOfAShardIsTheCallers() {
    try (ComputeDevice device = ComputeDevice.open("cpu", 2)) {
      assertThatThrownBy(
              () ->
                  device
                      .shards()
                      .map(
                          16,
                          shard -> {
                            throw new OutOfMemoryError("of a shard");
                          }))
          .isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void anInterruptedCallerWaitsForItsShardsAndStaysInterrupted() {
    CountDownLatch returned = new CountDownLatch(1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 2)) {
      Thread.currentThread().interrupt();
      List<Boolean> early = device.shards().map(16, shard -> happens(returned));
      returned.countDown();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(early).containsExactly(false, false);
    }
  }

  /** Whether it happens soon; a call that waits for its shards does not return before they end. */
  private static boolean happens(CountDownLatch event) {
    try {
      return event.await(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
