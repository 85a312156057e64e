package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.RoleContext;
import dev.gnomon.protocol.AssignerMessage;
import org.junit.jupiter.api.Test;

class ActorFactoriesTest {

  /** An assigner of someone's own. */
  public static final class Own implements ActorFactory<AssignerMessage> {
    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      return Behaviors.ignore();
    }
  }

  /** One that needs something. */
  public static final class Needy implements ActorFactory<AssignerMessage> {
    public Needy(int something) {}

    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      return Behaviors.ignore();
    }
  }

  /** One that fails. */
  public static final class Failing implements ActorFactory<AssignerMessage> {
    public Failing() {
      throw new IllegalStateException("no licence");
    }

    @Override
    public Behavior<AssignerMessage> create(RoleContext context) {
      return Behaviors.ignore();
    }
  }

  @Test
  void aClassThatIsNamedIsMade() {
    assertThat(ActorFactories.<AssignerMessage>load(Own.class.getName())).isInstanceOf(Own.class);
  }

  @Test
  void whatIsWrongWithAClassIsSaid() {
    assertRefused("com.example.Nowhere", "com.example.Nowhere", "plugins/");
    assertRefused(String.class.getName(), "java.lang.String", "does not implement");
    assertRefused(Needy.class.getName(), "Needy", "no-argument constructor");
    assertRefused(Failing.class.getName(), "Failing", "no licence");
  }

  private static void assertRefused(String name, String... words) {
    assertThatThrownBy(() -> ActorFactories.load(name))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(words);
  }
}
