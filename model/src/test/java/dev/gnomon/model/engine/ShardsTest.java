package dev.gnomon.model.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.gnomon.model.engine.Shards.Shard;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
    AtomicInteger ended = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 2)) {
      assertThatThrownBy(
              () ->
                  device
                      .shards()
                      .map(
                          16,
                          shard -> {
                            if (shard.from() == 0) {
                              failed.countDown();
                              throw new IllegalStateException("the first shard");
                            }
                            await(failed);
                            pause();
                            return ended.incrementAndGet();
                          }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the first shard");
      assertThat(ended).hasValue(1);
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
      assertThat(device.shards().map(16, Shard::count)).containsExactly(8, 8);
    }
  }

  @Test
  void anInterruptedCallerWaitsForItsShardsAndStaysInterrupted() {
    AtomicInteger ended = new AtomicInteger();
    try (ComputeDevice device = ComputeDevice.open("cpu", 2)) {
      Thread.currentThread().interrupt();
      device
          .shards()
          .map(
              16,
              shard -> {
                pause();
                return ended.incrementAndGet();
              });
      assertThat(Thread.interrupted()).isTrue();
      assertThat(ended).hasValue(2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
