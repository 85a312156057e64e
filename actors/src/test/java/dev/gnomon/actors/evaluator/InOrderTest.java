package dev.gnomon.actors.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InOrderTest {

  @Test
  void whatComesInAnyOrderIsHandedOnInOrderAndOnce() {
    InOrder<String> order = new InOrder<>();
    assertThat(order.accept(2, "c")).isEmpty();
    assertThat(order.accept(0, "a")).containsExactly("a");
    assertThat(order.accept(0, "again")).isEmpty();
    assertThat(order.accept(1, "b")).containsExactly("b", "c");
    assertThat(order.accept(3, "d")).containsExactly("d");
  }
}
