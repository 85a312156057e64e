package dev.gnomon.launch;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/** What to change of a run that does not fit into a memory. */
final class MemoryRemedies {

  private final RunSettings settings;
  private final Set<Role> roles;
  private final String memory;
  private final long images;
  private final AvailableMemory available;
  private final LongPredicate fits;

  /**
   * A change.
   *
   * @param keys and their values, as they are written
   * @param total bytes that the run takes of the memory then
   */
  record Remedy(String keys, long total) {}

  private MemoryRemedies(
      RunSettings settings,
      Set<Role> roles,
      String memory,
      long images,
      AvailableMemory available) {
    this.settings = settings;
    this.roles = roles;
    this.memory = memory;
    this.images = images;
    this.available = available;
    this.fits = total -> total <= available.bytes().get(memory);
  }

  /**
   * Changes that take less of {@code memory}, the one of most effect first.
   *
   * @param roles of the process
   * @param images bytes that the set of images takes in memory
   */
  static List<Remedy> of(
      RunSettings settings,
      Set<Role> roles,
      String memory,
      long images,
      AvailableMemory available) {
    MemoryRemedies search = new MemoryRemedies(settings, roles, memory, images, available);
    long now = search.total(settings);
    List<Remedy> all = new ArrayList<>(search.training());
    all.addAll(search.devices());
    return all.stream()
        .filter(remedy -> remedy.total() < now)
        .sorted(Comparator.comparingLong(Remedy::total))
        .toList();
  }

  private List<Remedy> training() {
    TrainingSettings now = settings.training();
    List<Remedy> all = new ArrayList<>();
    all.add(remedy("gnomon.recompute-blocks = true", now.withBlocksRunAgain()));
    all.add(pieces("", now));
    if (!now.recomputeBlocks() && all.stream().noneMatch(r -> fits.test(r.total()))) {
      all.add(pieces("gnomon.recompute-blocks = true and ", now.withBlocksRunAgain()));
    }
    int images = now.batchSize();
    do {
      images = Math.max(1, images / 2);
    } while (images > 1 && !fits.test(total(now.withBatchSize(images))));
    all.add(remedy("gnomon.batch-size = " + images, now.withBatchSize(images)));
    int blocks = now.network().depth() / 4 * 2;
    all.add(
        remedy("gnomon.model.depth = " + blocks, now.withNetwork(now.network().withDepth(blocks))));
    int width = now.network().width() / 2;
    if (width % 2 == 0 && width % now.network().heads() == 0) {
      all.add(
          remedy("gnomon.model.width = " + width, now.withNetwork(now.network().withWidth(width))));
    }
    return all;
  }

  /** The fewest pieces that fit; the most there are where none do. */
  private Remedy pieces(String before, TrainingSettings training) {
    int most = Math.max(training.batchSize(), training.accumulate());
    int tooFew = training.accumulate();
    int fewest = most;
    while (fewest - tooFew > 1) {
      int count = tooFew + (fewest - tooFew) / 2;
      if (fits.test(total(training.withAccumulate(count)))) {
        fewest = count;
      } else {
        tooFew = count;
      }
    }
    return remedy(before + "gnomon.accumulate = " + fewest, training.withAccumulate(fewest));
  }

  /** A role that computes somewhere else. */
  private List<Remedy> devices() {
    List<Remedy> all = new ArrayList<>();
    for (Role role : List.of(Role.TRAINER, Role.TEACHER, Role.ASSIGNER, Role.EVALUATOR)) {
      if (roles.contains(role) && settings.role(role).device().equals(memory)) {
        available.bytes().keySet().stream()
            .filter(device -> !device.equals(memory))
            .filter(device -> hasRoomFor(role, device))
            .findFirst()
            .ifPresent(
                device ->
                    all.add(
                        new Remedy(
                            "gnomon.roles.%s.device = %s".formatted(role.wireName(), device),
                            total(settings.with(role, device)))));
      }
    }
    return all;
  }

  private boolean hasRoomFor(Role role, String device) {
    return MemoryNeed.of(settings.with(role, device), roles, images, available.heap()).stream()
        .filter(need -> need.memory().equals(device))
        .allMatch(need -> need.total() <= available.bytes().get(device));
  }

  private Remedy remedy(String keys, TrainingSettings changed) {
    return new Remedy(keys, total(changed));
  }

  private long total(TrainingSettings changed) {
    return total(settings.with(changed));
  }

  private long total(RunSettings changed) {
    return MemoryNeed.of(changed, roles, images, available.heap()).stream()
        .filter(need -> need.memory().equals(memory))
        .mapToLong(MemoryNeed::total)
        .sum();
  }
}
