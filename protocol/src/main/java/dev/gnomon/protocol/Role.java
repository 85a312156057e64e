package dev.gnomon.protocol;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a node can be for; the names are those of {@code akka.cluster.roles}. */
public enum Role {
  COORDINATOR,
  DATA,
  TRAINER,
  TEACHER,
  ASSIGNER,
  CHECKPOINTER,
  EVALUATOR;

  /** The role's name in configuration, logs and cluster membership, such as {@code trainer}. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role with that name. */
  public static Role of(String wireName) {
    return Arrays.stream(values())
        .filter(role -> role.wireName().equals(wireName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no role is called '%s'; the roles are %s"
                        .formatted(
                            wireName,
                            Arrays.stream(values())
                                .map(Role::wireName)
                                .collect(Collectors.joining(", ")))));
  }
}
