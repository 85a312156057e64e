package dev.gnomon.launch;

import dev.gnomon.model.diffusion.DataEstimates;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.SolverKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What samples are estimated to become along their way: a sample a row, a time a column. */
final class ChainPicture {

  private static final int TIMES = 12; // at most, besides the end

  private ChainPicture() {}

  /** Writes the chains of the first {@code rows} samples. */
  static void make(SampleJob job, int rows) throws IOException {
    if (rows > ImageSampler.BLOCK) {
      throw new UsageException(
          "-n %d: --chain shows at most %d samples".formatted(rows, ImageSampler.BLOCK));
    }
    if (job.sampling().solver().kind() == SolverKind.DOPRI5_PER_SAMPLE) {
      throw new UsageException(
          "--chain: with dopri5-per-sample each image has times of its own; take another --solver,"
              + " such as dopri5");
    }
    DataEstimates estimates = new DataEstimates(rows);
    int[] codes = job.condition().codes(job.sampler(), job.seed(), 0);
    SampleBlock block = job.sampler().sample(job.seed(), 0, job.sampling(), codes, estimates);
    List<DataEstimates.Estimate> times = estimates.spread(TIMES);
    List<byte[]> cells = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int each = block.pixels().length / ImageSampler.BLOCK;
    for (int row = 0; row < rows; row++) {
      names.add(Integer.toString(row));
      for (DataEstimates.Estimate time : times) {
        cells.add(Arrays.copyOfRange(time.pixels(), row * each, (row + 1) * each));
      }
      cells.add(Arrays.copyOfRange(block.pixels(), row * each, (row + 1) * each));
    }
    List<String> heads = new ArrayList<>();
    times.forEach(time -> heads.add(String.format(Locale.ROOT, "%.2f", time.t())));
    heads.add("image");
    Path file = job.file("-chain-%d.png".formatted(rows));
    job.grid(cells, times.size() + 1)
        .withCaption("estimate of each image at time t: 0 noise, 1 data")
        .withColumnLabels(heads)
        .withRowLabels(names)
        .dividedBefore(times.size())
        .write(file);
    job.say(
        "%d samples of %s, estimated at %d times".formatted(rows, job.words(), times.size()),
        file,
        Optional.of(block.passes()));
  }
}
