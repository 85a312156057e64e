package dev.gnomon.actors.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NoncesTest {

  private final Nonces nonces = new Nonces();

  private static Duration at(long second) {
    return Duration.ofSeconds(second);
  }

  @Test
  void oneIsGoodForOneUseWithinItsTime() {
    String nonce = nonces.next(at(100));
    assertThat(nonces.isGood(nonce, at(100))).isTrue();
    assertThat(nonces.use(nonce, at(100))).isTrue();
    assertThat(nonces.use(nonce, at(101))).isFalse();
    assertThat(nonces.use(nonce, at(130))).isFalse();
  }

  @Test
  void oneThatIsOldIsNoGood() {
    String nonce = nonces.next(at(100));
    assertThat(nonces.isGood(nonce, at(130))).isTrue();
    assertThat(nonces.isGood(nonce, at(131))).isFalse();
  }

  @Test
  void oneThatWasGivenElsewhereOrMadeUpIsNoGood() {
    assertThat(nonces.isGood(new Nonces().next(at(100)), at(100))).isFalse();
    for (String madeUp : new String[] {"", "-", "x", "100-1-", "100000-1-00", "--"}) {
      assertThat(nonces.isGood(madeUp, at(100))).isFalse();
    }
  }

  @Test
  void twoAreNeverTheSame() {
    assertThat(nonces.next(at(100))).isNotEqualTo(nonces.next(at(100)));
  }

  @Test
  void aProofIsOfTheSecretTheNumberAndTheWish() {
    assertThat(Proof.of("secret", "1", "pause"))
        .hasSize(64)
        .isEqualTo(Proof.of("secret", "1", "pause"))
        .isNotEqualTo(Proof.of("secrets", "1", "pause"))
        .isNotEqualTo(Proof.of("secret", "2", "pause"))
        .isNotEqualTo(Proof.of("secret", "1", "stop"))
        .isNotEqualTo(Proof.of("secret", "1\npau", "se"));
  }
}
