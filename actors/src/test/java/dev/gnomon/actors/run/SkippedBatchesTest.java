package dev.gnomon.actors.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.run.SkippedBatches.Found;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.LossNotFinite;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Skipped;
import dev.gnomon.protocol.Start;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SkippedBatchesTest {

  private static final Lineage LINEAGE = new Lineage("run", 1);

  private static LossNotFinite loss(Role role, long step) {
    return new LossNotFinite(LINEAGE, role, step, "its loss is NaN", new long[] {step, 7});
  }

  private static Skipped skipped(long step) {
    return new Skipped(step, "its loss is NaN (image ids %d 7)".formatted(step));
  }

  private static Start from(long step, Skipped... skipped) {
    return new Start(step, "step-" + step, List.of(), List.of(skipped));
  }

  @Example
  void aLossCountsOnceEveryoneHasDoneAllStepsBeforeIt() {
    SkippedBatches batches = new SkippedBatches(3);
    assertThat(batches.find(100)).isEmpty();
    batches.reported(loss(Role.TRAINER, 20));
    assertThat(batches.find(19)).isEmpty();
    Found found = batches.find(20).orElseThrow();
    assertThat(found.oneTooMany()).isFalse();
    assertThat(found.attempt()).isEqualTo("1/3");
    assertThat(found.images()).isEqualTo("20 7");
    assertThat(batches.find(20)).as("once").isEmpty();
    assertThat(batches.begin(from(16)).skipped()).containsExactly(skipped(20));
  }

  @Example
  void theFirstStepCountsWhoeverSaysItFirst() {
    SkippedBatches batches = new SkippedBatches(3);
    batches.reported(loss(Role.TRAINER, 21));
    batches.reported(loss(Role.ASSIGNER, 20));
    assertThat(batches.find(20)).map(found -> found.loss().role()).contains(Role.ASSIGNER);
    assertThat(batches.find(30)).as("21 may turn out finite now").isEmpty();
    assertThat(batches.begin(from(0)).skipped()).containsExactly(skipped(20));
  }

  @Example
  void whatWasSaidInAnOlderLineageIsForgotten() {
    SkippedBatches batches = new SkippedBatches(3);
    batches.reported(loss(Role.TRAINER, 20));
    assertThat(batches.begin(from(16)).skipped()).isEmpty();
    assertThat(batches.find(30)).isEmpty();
  }

  @Example
  void aCheckpointSaysWhichStepsBeforeItAreSkippedAndTheRestStaysKnown() {
    SkippedBatches batches = new SkippedBatches(9);
    for (long step : new long[] {3, 20, 40}) {
      batches.reported(loss(Role.TRAINER, step));
      batches.find(step);
    }
    Start start = batches.begin(from(32, new Skipped(5, "an older life's"), skipped(20)));
    assertThat(start.step()).isEqualTo(32);
    assertThat(start.checkpoint()).isEqualTo("step-32");
    assertThat(start.skipped())
        .containsExactly(new Skipped(5, "an older life's"), skipped(20), skipped(40));
  }

  @Example
  void oneMoreThanIsAllowedStopsTheRunWithStepAndImages() {
    SkippedBatches batches = new SkippedBatches(2);
    batches.begin(from(16, skipped(3), skipped(8)));
    batches.reported(loss(Role.ASSIGNER, 20));
    Found found = batches.find(20).orElseThrow();
    assertThat(found.oneTooMany()).isTrue();
    assertThat(found.attempt()).isEqualTo("3/2");
    assertThat(found.cause())
        .isEqualTo(
            "step 20: its loss is NaN (image ids 20 7);"
                + " batches skipped before it: 2, gnomon.restart.skipped-batches = 2");
    assertThat(batches.begin(from(16, skipped(3), skipped(8))).skipped()).hasSize(2);
  }

  @Example
  void theReasonOfAVeryLargeBatchStaysSmallAndTheCauseNamesAllImages() {
    SkippedBatches batches = new SkippedBatches(1);
    long[] images = LongStream.range(1_000_000, 1_004_096).toArray();
    batches.reported(new LossNotFinite(LINEAGE, Role.TRAINER, 5, "NaN", images));
    Found found = batches.find(5).orElseThrow();
    assertThat(found.images()).startsWith("1000000 1000001 ").endsWith(" 1004095");
    assertThat(found.cause()).contains(found.images());
    assertThat(batches.begin(Start.fromScratch()).skipped().get(0).reason())
        .startsWith("NaN (image ids 1000000 ")
        .endsWith(" 1001023 and 3072 more)");
  }

  @Example
  void noneMayBeSkippedWhereNoneIsAllowedUntilSomeAre() {
    SkippedBatches batches = new SkippedBatches(0);
    batches.reported(loss(Role.TRAINER, 0));
    assertThat(batches.find(0)).map(Found::oneTooMany).contains(true);
    batches.allow(1);
    batches.reported(loss(Role.TRAINER, 0));
    assertThat(batches.find(0)).map(Found::oneTooMany).contains(false);
  }

  @Example
  void whoTrainsOnASkippedBatchAllTheSameStopsTheRunInsteadOfGoingRoundInCircles() {
    SkippedBatches batches = new SkippedBatches(3);
    batches.begin(from(16, skipped(20)));
    batches.reported(loss(Role.ASSIGNER, 20));
    Found found = batches.find(20).orElseThrow();
    assertThat(found.oneTooMany()).isTrue();
    assertThat(found.cause())
        .endsWith("that batch is skipped already, yet the assigner was trained on it");
  }

  /**
   * Whatever the order in which trainer and assigner come to their steps, messages arrive, and all
   * start again from some checkpoint: the same steps are skipped as where one step is done after
   * the other by both, or the run stops at the same one.
   */
  @Property(tries = 2000)
  void whichStepsAreSkippedIsAFunctionOfTheirLossesAlone(
      @ForAll long world,
      @ForAll long timing,
      @ForAll @IntRange(min = 1, max = 14) int steps,
      @ForAll @IntRange(min = 0, max = 6) int lead,
      @ForAll @IntRange(min = 0, max = 4) int most) {
    World losses = new World(world);
    Run run = new Run(losses, new Random(timing), steps, lead, most);
    for (int move = 0; move < 20_000 && !run.over(); move++) {
      run.move();
    }
    assertThat(run.over()).isTrue();
    assertThat(run.stoppedAt).isEqualTo(losses.stopsAt(steps, most));
    if (run.stoppedAt.isEmpty()) {
      assertThat(run.trainedWithout()).isEqualTo(losses.skipped(steps, most));
    }
  }

  /** Whose loss is finite at which step, which depends on the batches that were trained before. */
  private record World(long seed) {

    boolean finite(Role role, long step, SortedSet<Long> skipped) {
      int hash = Objects.hash(seed, role.ordinal(), step, skipped.headSet(step));
      return new Random(hash).nextInt(5) != 0;
    }

    boolean finite(long step, SortedSet<Long> skipped) {
      return finite(Role.TRAINER, step, skipped) && finite(Role.ASSIGNER, step, skipped);
    }

    SortedSet<Long> skipped(long steps, int most) {
      SortedSet<Long> skipped = new TreeSet<>();
      for (long k = 0; k < steps && skipped.size() < most; k++) {
        if (!finite(k, skipped)) {
          skipped.add(k);
        }
      }
      return skipped;
    }

    Optional<Long> stopsAt(long steps, int most) {
      SortedSet<Long> skipped = skipped(steps, most);
      for (long k = 0; k < steps; k++) {
        if (!skipped.contains(k) && !finite(k, skipped)) {
          return Optional.of(k);
        }
      }
      return Optional.empty();
    }
  }

  /** A run in miniature. */
  private static final class Run {
    private final World world;
    private final Random random;
    private final long steps;
    private final long lead;
    private final int most;
    private final TreeMap<Long, Start> checkpoints = new TreeMap<>();
    private final Map<Role, Long> done = new EnumMap<>(Role.class);
    private final Map<Role, Long> known = new EnumMap<>(Role.class); // to the coordinator
    private final List<LossNotFinite> underWay = new ArrayList<>();
    private SkippedBatches batches;
    private Start start;
    private Optional<Long> stoppedAt = Optional.empty();

    Run(World world, Random random, long steps, long lead, int most) {
      this.world = world;
      this.random = random;
      this.steps = steps;
      this.lead = lead;
      this.most = most;
      this.batches = new SkippedBatches(most);
      checkpoints.put(0L, Start.fromScratch());
      begin();
    }

    boolean over() {
      return stoppedAt.isPresent() || done.values().stream().allMatch(k -> k == steps);
    }

    SortedSet<Long> trainedWithout() {
      SortedSet<Long> steps = new TreeSet<>();
      start.skipped().forEach(s -> steps.add(s.step()));
      return steps;
    }

    void move() {
      switch (random.nextInt(40)) {
        case 0 -> checkpoint();
        case 1 -> begin(); // someone failed
        case 2 -> {
          batches = new SkippedBatches(most); // the coordinator did
          begin();
        }
        case 3 -> {
          if (checkpoints.size() > 1 && random.nextInt(4) == 0) {
            checkpoints.pollLastEntry(); // it is damaged
          }
        }
        default -> {
          switch (random.nextInt(4)) {
            case 0 -> step(Role.TRAINER, Math.min(steps, done.get(Role.ASSIGNER) + lead + 1));
            case 1 -> step(Role.ASSIGNER, done.get(Role.TRAINER));
            case 2 -> {
              Role role = random.nextBoolean() ? Role.TRAINER : Role.ASSIGNER;
              known.put(role, done.get(role));
            }
            default -> coordinate();
          }
        }
      }
    }

    private void begin() {
      start = batches.begin(checkpoints.lastEntry().getValue());
      underWay.clear(); // what is of an older lineage is dropped
      for (Role role : List.of(Role.TRAINER, Role.ASSIGNER)) {
        done.put(role, start.step());
        known.put(role, start.step());
      }
    }

    private void step(Role role, long below) {
      long step = done.get(role);
      if (step >= below) {
        return;
      }
      if (start.skips(step) || world.finite(role, step, trainedWithout())) {
        done.put(role, step + 1);
      } else {
        for (int copies = random.nextInt(3); copies > 0; copies--) {
          underWay.add(loss(role, step));
        }
      }
    }

    private void coordinate() {
      if (!underWay.isEmpty()) {
        LossNotFinite message = underWay.remove(random.nextInt(underWay.size()));
        batches.reported(message);
        known.merge(message.role(), message.step(), Math::max);
      }
      Optional<Found> found =
          batches.find(Math.min(known.get(Role.TRAINER), known.get(Role.ASSIGNER)));
      if (found.isPresent() && found.get().oneTooMany()) {
        stoppedAt = Optional.of(found.get().loss().step());
      } else if (found.isPresent()) {
        begin();
      }
    }

    private void checkpoint() {
      long step = Math.min(done.get(Role.TRAINER), done.get(Role.ASSIGNER));
      List<Skipped> before = start.skipped().stream().filter(s -> s.step() < step).toList();
      checkpoints.put(step, new Start(step, "step-" + step, List.of(), before));
    }
  }
}
