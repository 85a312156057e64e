package dev.gnomon.launch;

import dev.gnomon.actors.ActorFactory;
import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.metrics.FeatureNetwork;
import dev.gnomon.model.metrics.FeatureNetworks;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the classes that a configuration names are there and are what they have to be. */
final class Plugins {

  private static final String MESSAGES = "gnomon.experiment.messages";
  private static final String NOT_THERE = "is not there; put its jar into plugins/";

  private Plugins() {}

  /**
   * Looks each of them up, without making one.
   *
   * @throws InvalidConfiguration with each that can not be used
   */
  static void check(RunSettings settings) {
    List<ConfigFault> faults = new ArrayList<>();
    settings
        .roles()
        .forEach(
            (role, filled) ->
                filled
                    .actorClass()
                    .flatMap(
                        name ->
                            fault(
                                settings,
                                "gnomon.actors." + role.wireName(),
                                name,
                                ActorFactory.class))
                    .ifPresent(faults::add));
    String network = settings.evaluation().featureNetwork();
    if (FeatureNetworks.builtIn(network).isEmpty()) {
      fault(settings, "gnomon.evaluate.feature-network", network, FeatureNetwork.class)
          .ifPresent(faults::add);
    }
    messages(settings).stream()
        .filter(name -> find(name).isEmpty())
        .forEach(name -> faults.add(fault(settings, MESSAGES, "names", name, NOT_THERE)));
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
  }

  private static Optional<ConfigFault> fault(
      RunSettings settings, String key, String name, Class<?> wanted) {
    return problem(name, wanted).map(problem -> fault(settings, key, "is", name, problem));
  }

  private static ConfigFault fault(
      RunSettings settings, String key, String verb, String name, String problem) {
    return ConfigFault.of(
        settings.resolved(), key, "%s \"%s\", which %s".formatted(verb, name, problem));
  }

  private static List<String> messages(RunSettings settings) {
    return settings.resolved().hasPath(MESSAGES)
        ? settings.resolved().getStringList(MESSAGES)
        : List.of();
  }

  private static Optional<Class<?>> find(String name) {
    try {
      return Optional.of(Class.forName(name, false, Plugins.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return Optional.empty();
    }
  }

  private static Optional<String> problem(String name, Class<?> wanted) {
    Class<?> found = find(name).orElse(null);
    if (found == null) {
      return Optional.of(NOT_THERE);
    }
    if (!wanted.isAssignableFrom(found)) {
      return Optional.of("does not implement " + wanted.getName());
    }
    try {
      boolean open =
          Modifier.isPublic(found.getModifiers())
              && !Modifier.isAbstract(found.getModifiers())
              && Modifier.isPublic(found.getConstructor().getModifiers());
      return open ? Optional.empty() : Optional.of("is not a public class that can be made");
    } catch (NoSuchMethodException e) {
      return Optional.of("has no public constructor without arguments");
    }
  }
}
