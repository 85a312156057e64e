package dev.gnomon.launch;

import dev.gnomon.model.engine.GpuMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a run may take.
 *
 * @param bytes of each memory by the name of its device, "cpu" being this machine's; those that are
 *     not known are not there
 * @param heap the most that Java's heap grows to, bytes
 */
record AvailableMemory(Map<String, Long> bytes, long heap) {

  static final String HOST = "cpu";

  /** That of this machine and its GPUs. */
  static AvailableMemory here() {
    Map<String, Long> all = new LinkedHashMap<>();
    host(Path.of("/")).ifPresent(bytes -> all.put(HOST, bytes));
    all.putAll(GpuMemory.available());
    return new AvailableMemory(all, Runtime.getRuntime().maxMemory());
  }

  /**
   * MemAvailable, or what the limits of control groups leave where that is less; empty on a system
   * that has no /proc/meminfo.
   *
   * @param root of the file system
   */
  static OptionalLong host(Path root) {
    OptionalLong free = number(root.resolve("proc/meminfo"), "MemAvailable:");
    if (free.isEmpty()) {
      return OptionalLong.empty();
    }
    long left = free.getAsLong() * 1024;
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] parts = line.split(":", 3); // number, controllers, group
      if (parts.length == 3 && parts[1].isEmpty()) {
        Path mount = root.resolve("sys/fs/cgroup");
        left = Math.min(left, left(mount, parts[2], "memory.max", "memory.current", ""));
      } else if (parts.length == 3 && List.of(parts[1].split(",")).contains("memory")) {
        Path mount = root.resolve("sys/fs/cgroup/memory");
        left =
            Math.min(
                left,
                left(mount, parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes", "total_"));
      }
    }
    return OptionalLong.of(left);
  }

  /** The least that a group and those above it leave; what files are cached in is given back. */
  private static long left(Path mount, String group, String limit, String usage, String prefix) {
    long least = Long.MAX_VALUE;
    Path folder = mount.resolve(group.replaceFirst("^/+", "")).normalize();
    for (Path at = folder; at != null && at.startsWith(mount); at = at.getParent()) {
      OptionalLong most = number(at.resolve(limit), "");
      OptionalLong used = number(at.resolve(usage), "");
      if (most.isPresent() && used.isPresent()) {
        Path stat = at.resolve("memory.stat");
        long cached =
            number(stat, prefix + "inactive_file").orElse(0)
                + number(stat, prefix + "active_file").orElse(0);
        least = Math.min(least, most.getAsLong() - used.getAsLong() + cached);
      }
    }
    return Math.max(0, least);
  }

  /** The number behind {@code key} in a file of lines; empty where there is none, such as "max". */
  private static OptionalLong number(Path file, String key) {
    return lines(file).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).trim().replaceFirst(" kB$", ""))
        .filter(text -> text.matches("\\d{1,18}|\\d{19}"))
        .mapToLong(text -> text.length() < 19 ? Long.parseLong(text) : Long.MAX_VALUE)
        .findFirst();
  }

  private static List<String> lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.toList();
    } catch (IOException | java.io.UncheckedIOException absent) {
      return List.of();
    }
  }
}
