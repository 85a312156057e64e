package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.launch.MemoryRemedies.Remedy;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemoryCheckTest {

  private static final long GIB = 1L << 30;
  private static final long HEAP = 8 * GIB;
  private static final Set<Role> ALL = EnumSet.allOf(Role.class);

  /** U-ViT-S of 257 tokens and more, batch 128. */
  private static final String[] LARGE = {
    "gnomon.threads=2",
    "gnomon.precision=fp32",
    "gnomon.batch-size=128",
    "gnomon.data.size=32",
    "gnomon.model.patch=2",
    "gnomon.model.width=512",
    "gnomon.model.depth=12",
    "gnomon.model.heads=8"
  };

  private static RunSettings settings(String[] sets, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(sets));
    all.addAll(List.of(more));
    return RunSettings.from(Configuration.preset("shapes", all));
  }

  private static AvailableMemory gib(double host) {
    return new AvailableMemory(Map.of("cpu", (long) (host * GIB)), HEAP);
  }

  @Test
  void aRunThatFitsStartsAndSaysWhatItTakesInALine() {
    MemoryCheck check = new MemoryCheck(settings(new String[0]), ALL, 0, gib(4));
    assertThatCode(check::require).doesNotThrowAnyException();
    assertThat(check.check().state()).isEqualTo(Machine.State.OK);
    assertThat(check.line())
        .matches(
            "Memory: 1\\.\\d GiB of 4\\.0 GiB available \\(trainer \\d+ MiB, .*libtorch 145 MiB\\)\\.");
  }

  @Test
  void aRunThatDoesNotFitIsRefusedWithWhatToChangeInOrderOfEffect() {
    MemoryCheck check = new MemoryCheck(settings(LARGE), ALL, 0, gib(16));
    assertThatThrownBy(check::require)
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("The run does not fit into memory; nothing was started.\n")
        .hasMessageMatching("(?s).*It takes \\d+\\.\\d GiB of 16\\.0 GiB available\\..*")
        .hasMessageContaining("The largest parts: trainer's activations ")
        .hasMessageContaining("gnomon.recompute-blocks = true")
        .hasMessageContaining("gnomon.accumulate = ")
        .hasMessageContaining("gnomon.batch-size = ")
        .hasMessageContaining("(not enough alone)")
        .hasMessageEndingWith("gnomon.memory.check = false starts it all the same.");
    List<Remedy> remedies = MemoryRemedies.of(settings(LARGE), ALL, "cpu", 0, gib(16));
    assertThat(remedies).extracting(Remedy::total).isSorted();
  }

  @Test
  void theFewestPiecesThatFitAreNamed() {
    Remedy pieces =
        MemoryRemedies.of(settings(LARGE), ALL, "cpu", 0, gib(16)).stream()
            .filter(remedy -> remedy.keys().startsWith("gnomon.accumulate"))
            .findFirst()
            .orElseThrow();
    int count = Integer.parseInt(pieces.keys().replaceAll("\\D", ""));
    assertThat(pieces.total()).isLessThanOrEqualTo(16 * GIB);
    assertThat(total(settings(LARGE, "gnomon.accumulate=" + count))).isEqualTo(pieces.total());
    assertThat(total(settings(LARGE, "gnomon.accumulate=" + (count - 1)))).isGreaterThan(16 * GIB);
  }

  private static long total(RunSettings settings) {
    return MemoryNeed.of(settings, ALL, 0, HEAP).get(0).total();
  }

  @Test
  void whoSaysSoStartsAllTheSame() {
    MemoryCheck check =
        new MemoryCheck(settings(LARGE, "gnomon.memory.check=false"), ALL, 0, gib(16));
    assertThatCode(check::require).doesNotThrowAnyException();
    assertThat(check.check().state()).isEqualTo(Machine.State.NOTE);
    assertThat(check.check().remedy()).contains("gnomon.memory.check = false");
  }

  @Test
  void doctorShowsAShortageAsMissingAndATableOfAllParts() {
    MemoryCheck check = new MemoryCheck(settings(LARGE), ALL, 100 << 20, gib(16));
    assertThat(check.check().state()).isEqualTo(Machine.State.MISSING);
    assertThat(check.check().remedy()).contains("gnomon.recompute-blocks = true");
    String table = check.table();
    assertThat(table).startsWith("Memory of this run, MiB:\n  trainer ");
    assertThat(table).containsPattern("data +batches +\\d+ +heap\n +images +100 +heap\n");
    assertThat(table).containsPattern("cpu +in all +[\\d,]+ +of 16,384 available$");
    assertThat(table.lines().skip(1).map(line -> line.replaceFirst("  (heap|of).*", "").length()))
        .as("numbers end in one column")
        .containsOnly(table.lines().toList().get(1).length());
  }

  @Test
  void rolesAreCountedWhereTheyCompute() {
    RunSettings apart = settings(LARGE, "gnomon.roles.trainer.device=gpu0");
    List<MemoryNeed> needs = MemoryNeed.of(apart, ALL, 0, HEAP);
    assertThat(needs).extracting(MemoryNeed::memory).containsExactly("cpu", "gpu0");
    assertThat(needs.get(1).byOwner()).containsOnlyKeys("libtorch", "trainer");
    assertThat(needs.get(0).byOwner()).containsKeys("teacher", "assigner", "evaluator");
    AvailableMemory small = new AvailableMemory(Map.of("cpu", 64 * GIB, "gpu0", 4 * GIB), HEAP);
    assertThatThrownBy(() -> new MemoryCheck(apart, ALL, 0, small).require())
        .hasMessageContaining("4.0 GiB available on gpu0")
        .hasMessageContaining("gnomon.roles.trainer.device = cpu");
  }

  @Test
  void aSecondTeacherTakesAsMuchAgain() {
    long one = teachers(settings(LARGE));
    assertThat(teachers(settings(LARGE, "gnomon.roles.teacher.instances=2"))).isEqualTo(2 * one);
    assertThat(MemoryNeed.of(settings(LARGE, "gnomon.condition.source=none"), ALL, 0, HEAP).get(0))
        .extracting(MemoryNeed::byOwner)
        .satisfies(owners -> assertThat(owners).doesNotContainKeys("teacher", "assigner"));
    assertThat(
            MemoryNeed.of(settings(LARGE, "gnomon.evaluate.every=0"), ALL, 0, HEAP)
                .get(0)
                .byOwner())
        .doesNotContainKey("evaluator");
  }

  private static long teachers(RunSettings settings) {
    return MemoryNeed.of(settings, ALL, 0, HEAP).get(0).byOwner().get("teacher");
  }

  @Test
  void aNodeTakesWhatItsRolesDo() {
    List<MemoryNeed> teacher =
        MemoryNeed.of(settings(LARGE), EnumSet.of(Role.TEACHER), 100 << 20, HEAP);
    assertThat(teacher.get(0).byOwner()).containsOnlyKeys("teacher", "data", "JVM", "libtorch");
    List<MemoryNeed> data =
        MemoryNeed.of(settings(LARGE), EnumSet.of(Role.DATA, Role.COORDINATOR), 100 << 20, HEAP);
    assertThat(data.get(0).byOwner()).containsOnlyKeys("data", "JVM", "libtorch");
    assertThat(versions(EnumSet.of(Role.TRAINER)))
        .as("for other processes versions are files in memory too")
        .isEqualTo(2 * versions(ALL));
    List<Remedy> remedies =
        MemoryRemedies.of(settings(LARGE), EnumSet.of(Role.TEACHER), "cpu", 0, gib(1));
    assertThat(remedies)
        .extracting(Remedy::keys)
        .as("which change nothing for a teacher")
        .doesNotContain("gnomon.recompute-blocks = true");
  }

  private static long versions(Set<Role> roles) {
    return MemoryNeed.of(settings(LARGE), roles, 0, HEAP).get(0).rows().stream()
        .filter(row -> row.part().equals("weight versions"))
        .mapToLong(MemoryNeed.Row::bytes)
        .sum();
  }

  @Test
  void aHeapThatCanNotHoldTheImagesIsToldHowToGrow() {
    AvailableMemory narrow = new AvailableMemory(Map.of("cpu", 64 * GIB), GIB / 2);
    assertThatThrownBy(() -> new MemoryCheck(settings(LARGE), ALL, GIB, narrow).require())
        .hasMessageContaining(
            "lie in Java's heap, which grows to 512 MiB: GNOMON_JAVA_OPTS=-Xmx2g");
  }

  @Test
  void whereNothingIsKnownNothingIsRefused() {
    MemoryCheck check =
        new MemoryCheck(settings(LARGE), ALL, 0, new AvailableMemory(Map.of(), HEAP));
    assertThatCode(check::require).doesNotThrowAnyException();
    assertThat(check.line()).contains("of an unknown amount");
  }
}
