package dev.gnomon.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gnomon.actors.stage.Mutation;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.VersionFiles;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.SafetensorsException;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of weights that are not what they say: each is read, or refused with a reason. */
@Timeout(120)
class SafetensorsFuzzTest {

  private static final int FILES = 1_000;
  private static final long MOST = 1 << 20; // bytes allocated for a file of a few hundred
  private static final long SEED = Long.getLong("fuzz.seed", new Random().nextLong());

  @TempDir private Path folder;

  @Test
  void filesOfWeights() throws IOException {
    System.out.println("fuzz.seed=" + SEED);
    WeightSet weights =
        new WeightSet(
            Map.of(
                "a.weight", HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                "b", HostTensor.of(new long[] {7})));
    Path file = folder.resolve("weights.safetensors");
    Safetensors.write(file, weights, Map.of("note", "größe"));
    byte[] whole = Files.readAllBytes(file);
    VersionFiles versions = new VersionFiles(folder);
    String digest = Parcel.of(weights).digest();
    Mutation mutation = new Mutation(new Random(SEED));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      Files.write(file, mutation.of(whole, whole));
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        Safetensors.read(file).release();
      } catch (SafetensorsException expected) {
        refused++;
      }
      try {
        versions.read(file, digest).release();
      } catch (IOException expected) {
        refused++;
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(i < 100 ? 0 : allocated).as("case %d of seed %d", i, SEED).isLessThan(MOST);
    }
    assertThat(refused).isBetween(FILES / 2, 2 * FILES - 1);
  }
}
