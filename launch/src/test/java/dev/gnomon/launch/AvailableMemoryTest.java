package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {

  @TempDir Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void withoutALimitItIsWhatTheSystemHas() throws IOException {
    file("proc/meminfo", "MemTotal:       1000 kB\nMemAvailable:    800 kB\n");
    file("proc/self/cgroup", "4:memory:/\n0::/\n");
    file("sys/fs/cgroup/memory.max", "max\n");
    file("sys/fs/cgroup/memory.current", "5\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/memory.usage_in_bytes", "4096\n");
    assertThat(AvailableMemory.host(root)).hasValue(800 * 1024);
  }

  @Test
  void aLimitOfAGroupAboveCountsWhereItLeavesLess() throws IOException {
    file("proc/meminfo", "MemAvailable:    800 kB\n");
    file("proc/self/cgroup", "0::/pod/container\n");
    file("sys/fs/cgroup/pod/container/memory.max", "max\n");
    file("sys/fs/cgroup/pod/container/memory.current", "50000\n");
    file("sys/fs/cgroup/pod/memory.max", "200000\n");
    file("sys/fs/cgroup/pod/memory.current", "60000\n");
    file("sys/fs/cgroup/pod/memory.stat", "anon 40000\ninactive_file 6000\nactive_file 4000\n");
    assertThat(AvailableMemory.host(root)).hasValue(150_000);
  }

  @Test
  void theFirstVersionOfControlGroupsCountsToo() throws IOException {
    file("proc/meminfo", "MemAvailable:    800 kB\n");
    file("proc/self/cgroup", "9:name=systemd:/x\n4:cpu,memory:/x\n0::/\n");
    file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "300000\n");
    file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "100000\n");
    file(
        "sys/fs/cgroup/memory/x/memory.stat",
        "inactive_file 1\ntotal_inactive_file 4\ntotal_active_file 3\n");
    assertThat(AvailableMemory.host(root)).hasValue(200_007);
  }

  @Test
  void elsewhereItIsUnknown() {
    assertThat(AvailableMemory.host(root)).isEmpty();
  }
}
