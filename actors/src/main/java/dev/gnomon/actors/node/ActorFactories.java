package dev.gnomon.actors.node;

import dev.gnomon.actors.ActorFactory;
import java.lang.reflect.InvocationTargetException;

/** Finds the actor that a configuration names in place of ours. */
public final class ActorFactories {

  private ActorFactories() {}

  /**
   * A new factory of the class {@code name}.
   *
   * @throws IllegalArgumentException where there is no such class, it is no {@link ActorFactory},
   *     or it can not be made
   */
  @SuppressWarnings("unchecked") // what the actor takes is known only when it gets a message
  public static <M> ActorFactory<M> load(String name) {
    Class<?> found;
    try {
      found = Class.forName(name);
    } catch (ClassNotFoundException | LinkageError e) {
      throw unusable(name, "is not on the class path; is its jar in plugins/?", e);
    }
    if (!ActorFactory.class.isAssignableFrom(found)) {
      throw unusable(name, "does not implement " + ActorFactory.class.getName(), null);
    }
    try {
      return (ActorFactory<M>) found.getConstructor().newInstance();
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
      throw unusable(name, "needs to be a public class with a public no-argument constructor", e);
    } catch (InvocationTargetException e) {
      throw unusable(name, "failed while it was made: " + e.getCause(), e.getCause());
    }
  }

  private static IllegalArgumentException unusable(String name, String why, Throwable cause) {
    return new IllegalArgumentException("actor \"%s\" %s".formatted(name, why), cause);
  }
}
