package dev.gnomon.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.model.checkpoint.WeightRegistry.Lease;
import dev.gnomon.model.engine.WeightSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WeightRegistryTest {
  private final WeightRegistry registry = new WeightRegistry();
  private final WeightSet weights = StoredRun.trunk(8);

  @Test
  void aPublishedVersionIsFoundByItsWholeName() {
    registry.publish("shapes", 1, 8, weights);

    try (Lease lease = registry.acquire("shapes", 1, 8).orElseThrow()) {
      assertThat(lease.weights()).isSameAs(weights);
    }
    assertThat(registry.acquire("shapes", 1, 9)).isEmpty();
    assertThat(registry.acquire("shapes", 2, 8)).isEmpty();
    assertThat(registry.acquire("digits", 1, 8)).isEmpty();
  }

  @Test
  void aVersionKeepsItsFirstContent() {
    registry.publish("shapes", 1, 8, weights);
    registry.publish("shapes", 1, 8, new WeightSet(Map.of()));

    assertThat(registry.acquire("shapes", 1, 8).orElseThrow().weights()).isSameAs(weights);
  }

  @Test
  void aRetiredVersionStaysForThoseWhoReadIt() {
    registry.publish("shapes", 1, 8, weights);
    Lease first = registry.acquire("shapes", 1, 8).orElseThrow();
    Lease second = registry.acquire("shapes", 1, 8).orElseThrow();
    registry.retire("shapes", 1, 9);

    assertThat(registry.acquire("shapes", 1, 8)).isEmpty();
    first.close();
    first.close();
    assertThat(second.weights()).isSameAs(weights);
    assertThat(registry.held()).isEqualTo(1);
    second.close();
    assertThat(registry.held()).isZero();
  }

  @Test
  void retiringLetsGoOfOlderVersionsAndOlderLineagesOfThatRun() {
    registry.publish("shapes", 1, 90, weights);
    registry.publish("shapes", 2, 7, weights);
    registry.publish("shapes", 2, 8, weights);
    registry.publish("shapes", 3, 1, weights);
    registry.publish("digits", 1, 1, weights);
    registry.retire("shapes", 2, 8);

    assertThat(registry.held()).isEqualTo(3);
    assertThat(registry.acquire("shapes", 2, 8)).isPresent();
    assertThat(registry.acquire("shapes", 3, 1)).isPresent();
    assertThat(registry.acquire("digits", 1, 1)).isPresent();
  }
}
