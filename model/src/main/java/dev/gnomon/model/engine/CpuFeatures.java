package dev.gnomon.model.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a CPU can do, by the names Linux has for it; nothing is known of it elsewhere.
 *
 * @param flags such as avx512f
 */
public record CpuFeatures(Set<String> flags) {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Instructions that multiply bf16 in hardware. */
  private static final Set<String> BF16 = Set.of("avx512_bf16", "amx_bf16", "bf16");

  /** Those of this machine. */
  public static CpuFeatures here() {
    return of(CPUINFO);
  }

  static CpuFeatures of(Path cpuinfo) {
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return new CpuFeatures(
          lines
              .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
              .findFirst()
              .map(line -> line.substring(line.indexOf(':') + 1).trim().split(" +"))
              .map(found -> new TreeSet<>(List.of(found)))
              .orElseGet(TreeSet::new));
    } catch (IOException notLinux) {
      return new CpuFeatures(Set.of());
    }
  }

  /** Those of its instructions that multiply bf16; without any, fp32 is faster. */
  public List<String> bf16() {
    return flags.stream().filter(BF16::contains).sorted().toList();
  }
}
