package dev.gnomon.actors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ActorNameTest {

  @Test
  void aPathWithAnAddressSaysWhereAndWho() {
    assertThat(ActorName.of("akka://gnomon@10.0.0.2:2551/user/teacher-2"))
        .isEqualTo(new ActorName("10.0.0.2:2551", "teacher-2"));
    assertThat(ActorName.of("akka://gnomon@[fe80::1]:2551/user/trainer"))
        .isEqualTo(new ActorName("[fe80::1]:2551", "trainer"));
  }

  @Test
  void withoutAnAddressItIsHere() {
    assertThat(ActorName.of("akka://test/system/a@b/c")).isEqualTo(new ActorName("local", "c"));
    assertThat(ActorName.of("coordinator")).isEqualTo(new ActorName("local", "coordinator"));
    assertThat(ActorName.of("")).isEqualTo(new ActorName("local", ""));
  }
}
