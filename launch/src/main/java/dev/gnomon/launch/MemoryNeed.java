package dev.gnomon.launch;

import dev.gnomon.actors.loader.DataLoader;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.training.MemoryPlan;
import dev.gnomon.model.training.MemoryPlan.Part;
import dev.gnomon.model.training.MemoryPlan.Place;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a run takes of one memory: this machine's, which all roles on "cpu" share, or a GPU's. A
 * role of your own class counts as the built-in one.
 *
 * @param memory name of the device
 */
record MemoryNeed(String memory, List<Row> rows) {

  private static final long MIB = 1 << 20;

  /**
   * Native memory tracking of a run on shapes: classes, code, threads and symbols take 134 MiB,
   * objects that stay 47 MiB, and the collector's tables are touched in part.
   */
  private static final Part JVM = new Part("classes, code, objects", 210 * MIB);

  /**
   * Garbage before it is collected, at most: eden grew to 420 MiB in the same run, and the young
   * generation never has more than a third of the heap.
   */
  private static final long GARBAGE = 512 * MIB;

  /**
   * Resident size of a JVM that loads libtorch 2.7.1 for CPUs grows by 118 MiB, and by 27 MiB in
   * the first step beyond what is allocated.
   */
  private static final Part LIBTORCH = new Part("libraries", 145 * MIB);

  /** A CUDA context with libtorch's kernels and the workspaces of cuBLAS. Not measured. */
  private static final Part CUDA = new Part("CUDA context, workspaces", 700 * MIB);

  /**
   * One part.
   *
   * @param owner the role, or what else holds it
   * @param inHeap whether it lies in Java's heap
   */
  record Row(String owner, String part, long bytes, boolean inHeap) {}

  /**
   * What a process of a run takes, of each memory that it uses; this machine's first.
   *
   * @param roles of the process; versions are files in memory too where others have the rest
   * @param images bytes that the set of images takes in memory
   * @param heap the most that Java's heap grows to, bytes
   */
  static List<MemoryNeed> of(RunSettings settings, Set<Role> roles, long images, long heap) {
    MemoryPlan plan = new MemoryPlan(settings.training());
    boolean bootstrap = settings.training().condition().source().learnsCodes();
    Map<String, List<Row>> needs = new TreeMap<>(); // cpu comes before gpuN
    List<Row> host = needs.computeIfAbsent(AvailableMemory.HOST, name -> new ArrayList<>());
    if (roles.contains(Role.TRAINER)) {
      add(needs, settings, Role.TRAINER, plan::trainer);
    }
    if (bootstrap && roles.contains(Role.TEACHER)) {
      add(needs, settings, Role.TEACHER, plan::teacher);
    }
    if (bootstrap && roles.contains(Role.ASSIGNER)) {
      add(needs, settings, Role.ASSIGNER, plan::assigner);
    }
    if (settings.evaluation().every() > 0 && roles.contains(Role.EVALUATOR)) {
      boolean guidance = settings.evaluation().sampling().guidance().strength() != 0;
      add(needs, settings, Role.EVALUATOR, place -> plan.evaluator(place, guidance));
    }
    if (roles.contains(Role.TRAINER)) {
      int copies = roles.size() == Role.values().length ? 1 : 2;
      add(host, "trainer", List.of(plan.versions()), copies, false);
      add(host, "trainer", List.of(plan.checkpoint()), 1, false);
    }
    int loaders = roles.contains(Role.DATA) ? settings.role(Role.DATA).instances() : 0;
    add(host, "data", List.of(plan.batches(loaders * DataLoader.KEPT_BATCHES)), 1, true);
    add(host, "data", List.of(new Part("images", images)), loaders, true);
    add(host, "JVM", List.of(JVM, new Part("garbage", Math.min(GARBAGE, heap / 3))), 1, false);
    add(host, "libtorch", List.of(LIBTORCH), 1, false);
    return needs.entrySet().stream()
        .map(need -> new MemoryNeed(need.getKey(), List.copyOf(need.getValue())))
        .toList();
  }

  private static void add(
      Map<String, List<Row>> needs,
      RunSettings settings,
      Role role,
      Function<Place, List<Part>> parts) {
    RoleSettings how = settings.role(role);
    boolean cpu = how.device().equals(AvailableMemory.HOST);
    List<Row> rows = needs.computeIfAbsent(how.device(), name -> new ArrayList<>());
    if (!cpu && rows.isEmpty()) {
      add(rows, "libtorch", List.of(CUDA), 1, false);
    }
    Place place = new Place(cpu, how.threads(), Machine.multipliesBf16(how.device()));
    add(rows, role.wireName(), parts.apply(place), how.instances(), false);
  }

  private static void add(
      List<Row> rows, String owner, List<Part> parts, int times, boolean inHeap) {
    for (Part part : parts) {
      if (times * part.bytes() > 0) {
        rows.add(new Row(owner, part.name(), times * part.bytes(), inHeap));
      }
    }
  }

  /** Bytes of all rows. */
  long total() {
    return rows.stream().mapToLong(Row::bytes).sum();
  }

  /** Bytes of those that lie in Java's heap. */
  long inHeap() {
    return rows.stream().filter(Row::inHeap).mapToLong(Row::bytes).sum();
  }

  /** Bytes of each owner, in order. */
  Map<String, Long> byOwner() {
    Map<String, Long> owners = new LinkedHashMap<>();
    rows.forEach(row -> owners.merge(row.owner(), row.bytes(), Long::sum));
    return owners;
  }

  /** The largest rows, largest first. */
  List<Row> largest(int count) {
    return rows.stream().sorted((a, b) -> Long.compare(b.bytes(), a.bytes())).limit(count).toList();
  }
}
