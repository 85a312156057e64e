package dev.gnomon.launch;

import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.telemetry.SupervisionLog;
import dev.gnomon.launch.Machine.Check;
import dev.gnomon.launch.Machine.State;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a run will take of each memory, beside what there is, in words. */
final class MemoryCheck {

  private static final double GIB = 1L << 30;

  private final RunSettings settings;
  private final Set<Role> roles;
  private final long images;
  private final AvailableMemory available;
  private final List<MemoryNeed> needs;

  /**
   * A check of a process of a run.
   *
   * @param roles of the process
   * @param images bytes that the set of images takes in memory
   */
  MemoryCheck(RunSettings settings, Set<Role> roles, long images, AvailableMemory available) {
    this.settings = settings;
    this.roles = roles;
    this.images = images;
    this.available = available;
    this.needs = MemoryNeed.of(settings, roles, images, available.heap());
  }

  /**
   * Refuses a run that does not fit, unless gnomon.memory.check = false.
   *
   * @throws UsageException that says what is missing, and what to change
   */
  void require() {
    if (settings.memoryCheck() && !shortages().isEmpty()) {
      throw new UsageException(
          "The run does not fit into memory; nothing was started.\n  "
              + String.join("\n  ", shortages())
              + "\n  gnomon.memory.check = false starts it all the same.");
    }
  }

  /** Writes a line for each memory into the supervision log. */
  void log() {
    for (MemoryNeed need : needs) {
      SupervisionLog line =
          SupervisionLog.event("memory")
              .with("device", need.memory())
              .with("takes", mib(need.total()) + "MiB");
      Long there = available.bytes().get(need.memory());
      line.with("available", there == null ? "unknown" : mib(there) + "MiB");
      need.byOwner().forEach((owner, bytes) -> line.with(owner, mib(bytes) + "MiB"));
      line.info();
    }
  }

  /** All memories in one line. */
  String line() {
    return needs.stream()
        .map(
            need ->
                "%s of %s (%s)"
                    .formatted(
                        size(need.total()),
                        there(need),
                        need.byOwner().entrySet().stream()
                            .map(e -> e.getKey() + " " + size(e.getValue()))
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.joining("; ", "Memory: ", "."));
  }

  private String there(MemoryNeed need) {
    Long bytes = available.bytes().get(need.memory());
    String where = need.memory().equals(AvailableMemory.HOST) ? "" : " on " + need.memory();
    return bytes == null ? "an unknown amount" + where : size(bytes) + " available" + where;
  }

  /** As doctor shows it. */
  Check check() {
    String seen =
        needs.stream()
            .map(need -> "%s, this run takes %s".formatted(there(need), size(need.total())))
            .collect(Collectors.joining("; "));
    List<String> shortages = shortages();
    if (shortages.isEmpty()) {
      return new Check(State.OK, "memory", seen, "");
    }
    return settings.memoryCheck()
        ? new Check(
            State.MISSING,
            "memory",
            seen,
            String.join("\n", shortages) + "\ngnomon.memory.check = false starts it all the same")
        : new Check(
            State.NOTE,
            "memory",
            seen,
            "it starts all the same, as gnomon.memory.check = false; the system may kill it");
  }

  /** A line for each part from 1 MiB on, and the total of each memory beside what there is. */
  String table() {
    List<String[]> lines = new ArrayList<>();
    for (MemoryNeed need : needs) {
      String before = "";
      for (MemoryNeed.Row row : need.rows().stream().filter(r -> mib(r.bytes()) > 0).toList()) {
        String owner = row.owner().equals(before) ? "" : row.owner();
        before = row.owner();
        lines.add(
            new String[] {
              owner, row.part(), "%,d".formatted(mib(row.bytes())), row.inHeap() ? "heap" : ""
            });
      }
      Long there = available.bytes().get(need.memory());
      lines.add(
          new String[] {
            need.memory(),
            "in all",
            "%,d".formatted(mib(need.total())),
            there == null ? "of an unknown amount" : "of %,d available".formatted(mib(there))
          });
    }
    int owner = lines.stream().mapToInt(line -> line[0].length()).max().orElse(0);
    int part = lines.stream().mapToInt(line -> line[1].length()).max().orElse(0);
    String format = "  %-" + owner + "s  %-" + part + "s  %9s  %s";
    return "Memory of this run, MiB:\n"
        + lines.stream()
            .map(line -> format.formatted((Object[]) line).stripTrailing())
            .collect(Collectors.joining("\n"));
  }

  /** For each memory that is too small: what the run takes, the largest parts, what to change. */
  private List<String> shortages() {
    List<String> words = new ArrayList<>();
    for (MemoryNeed need : needs) {
      Long there = available.bytes().get(need.memory());
      if (there != null && need.total() > there) {
        words.add("It takes %s of %s.".formatted(size(need.total()), there(need)));
        words.add(
            need.largest(3).stream()
                .map(row -> "%s's %s %s".formatted(row.owner(), row.part(), size(row.bytes())))
                .collect(Collectors.joining(", ", "The largest parts: ", ".")));
        words.add("What it takes with one of these:");
        for (MemoryRemedies.Remedy remedy :
            MemoryRemedies.of(settings, roles, need.memory(), images, available)) {
          words.add(
              "  %-8s  %s%s"
                  .formatted(
                      size(remedy.total()),
                      remedy.keys(),
                      remedy.total() > there ? " (not enough alone)" : ""));
        }
      }
      if (need.inHeap() > available.heap()) {
        words.add(
            "%s of it lie in Java's heap, which grows to %s: GNOMON_JAVA_OPTS=-Xmx%dg."
                .formatted(
                    size(need.inHeap()),
                    size(available.heap()),
                    (long) Math.ceil(1.25 * need.inHeap() / GIB)));
      }
    }
    return words;
  }

  /** For people: in GiB, or MiB where it is less than one. */
  private static String size(long bytes) {
    return bytes < GIB ? mib(bytes) + " MiB" : String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }
}
