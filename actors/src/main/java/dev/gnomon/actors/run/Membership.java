package dev.gnomon.actors.run;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who fills which seat. Whoever was there first stays, late-comers are added behind, and where a
 * seat has room for one the others stand by until it is lost.
 *
 * @param <A> an actor
 */
final class Membership<A> {

  private final Set<Seat> required;
  private final Map<Seat, List<A>> present = new EnumMap<>(Seat.class);

  /**
   * @param required seats without which no step can be trained
   */
  Membership(Set<Seat> required) {
    this.required = Set.copyOf(required);
  }

  /**
   * The actors that can fill {@code seat} now.
   *
   * @return whether anyone who fills it has changed
   */
  boolean present(Seat seat, Collection<A> actors) {
    List<A> before = filling(seat);
    List<A> stay = new ArrayList<>(present.getOrDefault(seat, List.of()));
    stay.retainAll(actors);
    actors.stream().filter(actor -> !stay.contains(actor)).forEach(stay::add);
    present.put(seat, stay);
    return !before.equals(filling(seat));
  }

  /** Those who fill {@code seat}, in a lasting order. */
  List<A> filling(Seat seat) {
    List<A> actors = present.getOrDefault(seat, List.of());
    return List.copyOf(seat.single() && actors.size() > 1 ? actors.subList(0, 1) : actors);
  }

  /** Those who could fill {@code seat} and have no room in it. */
  List<A> standingBy(Seat seat) {
    List<A> actors = present.getOrDefault(seat, List.of());
    return List.copyOf(
        seat.single() && actors.size() > 1 ? actors.subList(1, actors.size()) : List.of());
  }

  /** Required seats that nobody fills, in order. */
  List<Seat> missing() {
    return required.stream()
        .filter(seat -> filling(seat).isEmpty())
        .sorted()
        .collect(Collectors.toList());
  }
}
