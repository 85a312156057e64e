package dev.gnomon.model.metrics;

import java.lang.reflect.InvocationTargetException;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the feature network that a configuration names. */
public final class FeatureNetworks {

  private FeatureNetworks() {}

  /**
   * A new network: the one that is built in under {@code name}, else of the class {@code name}.
   *
   * @throws IllegalArgumentException where there is no such class, it is no {@link FeatureNetwork},
   *     or it can not be made
   */
  public static FeatureNetwork load(String name) {
    Optional<FeatureKind> builtIn = builtIn(name);
    if (builtIn.isPresent()) {
      return builtIn.get().open();
    }
    Class<?> found;
    try {
      found = Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw unusable(name, "is not on the class path; is its jar in plugins/?", e);
    } catch (LinkageError e) {
      throw unusable(name, "can not be loaded, was it built for this version? " + e, e);
    }
    if (!FeatureNetwork.class.isAssignableFrom(found)) {
      throw unusable(name, "does not implement " + FeatureNetwork.class.getName(), null);
    }
    try {
      return (FeatureNetwork) found.getConstructor().newInstance();
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
      throw unusable(name, "needs to be a public class with a public no-argument constructor", e);
    } catch (InvocationTargetException e) {
      throw unusable(name, "failed while it was made: " + e.getCause(), e.getCause());
    }
  }

  /** The one that is built in under {@code name}. */
  public static Optional<FeatureKind> builtIn(String name) {
    return Stream.of(FeatureKind.values()).filter(kind -> kind.word().equals(name)).findFirst();
  }

  private static IllegalArgumentException unusable(String name, String why, Throwable cause) {
    return new IllegalArgumentException("feature network \"%s\" %s".formatted(name, why), cause);
  }
}
