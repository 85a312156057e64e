package dev.gnomon.launch;

import dev.gnomon.model.diffusion.Blend;
import dev.gnomon.model.diffusion.ImageSampler;
import dev.gnomon.model.diffusion.Passes;
import dev.gnomon.model.diffusion.SampleBlock;
import dev.gnomon.model.diffusion.Slerp;
import dev.gnomon.model.diffusion.SolverKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Images between two: rows of samples, whose columns go from one prototype, or from one noise, to
 * the other, both ends included. The ends are the plain samples.
 *
 * @param option as it was given
 * @param between prototypes, or the numbers of the samples whose noises the first row lies between
 * @param rows of samples
 * @param columns places on the way
 */
record Interpolation(String option, Numbers between, boolean noises, int rows, int columns) {

  private static final int MOST = 4096; // images

  /** Two whole numbers with a comma between them. */
  record Numbers(int one, int other) {}

  Interpolation {
    if (columns < 2) {
      throw new UsageException("--positions %d: expected at least 2".formatted(columns));
    }
    if ((long) rows * columns > MOST) {
      throw new UsageException(
          "-n %d rows of %d positions: %s shows at most %d images"
              .formatted(rows, columns, option, MOST));
    }
    if (between.one() < 0 || between.other() < 0 || between.one() == between.other()) {
      throw new UsageException(
          "%s %d,%d: expected two numbers from 0 on, not the same"
              .formatted(option, between.one(), between.other()));
    }
  }

  /** One image. */
  private record Cell(float[] noise, int[] from, int[] to, float share) {}

  /** Writes the picture. */
  void make(SampleJob job, Path run) throws IOException {
    if (job.sampling().solver().kind() == SolverKind.EULER_MARUYAMA) {
      throw new UsageException(
          option
              + ": euler-maruyama adds noise on the way, and nothing lies between two images then;"
              + " take another --solver");
    }
    if (job.sampling().solver().kind() == SolverKind.DOPRI5) {
      throw new UsageException(
          option
              + ": dopri5 chooses its steps by all images of a block, and the ends would not be the"
              + " plain samples; take --solver dopri5-per-sample");
    }
    if (!noises) {
      SampleCondition.requireCode(option, between.one(), job.sampler(), run);
      SampleCondition.requireCode(option, between.other(), job.sampler(), run);
    }
    List<byte[]> images = new ArrayList<>();
    Passes passes = Passes.NONE;
    for (int first = 0; first < rows * columns; first += ImageSampler.BLOCK) {
      SampleBlock made = block(job, first);
      passes = passes.plus(made.passes());
      int each = made.pixels().length / ImageSampler.BLOCK;
      for (int i = 0; i < Math.min(ImageSampler.BLOCK, rows * columns - first); i++) {
        images.add(Arrays.copyOfRange(made.pixels(), i * each, (i + 1) * each));
      }
    }
    Path file =
        job.file(
            "-between-%s-%d-%d-%dx%d.png"
                .formatted(
                    noises ? "noises" : "prototypes",
                    between.one(),
                    between.other(),
                    rows,
                    columns));
    job.grid(images, columns)
        .withCaption(
            noises
                ? "from one noise to another, on the sphere"
                : "from prototype %d to %d, each row from one noise"
                    .formatted(between.one(), between.other()))
        .withColumnLabels(heads())
        .withRowLabels(names())
        .write(file);
    job.say(
        "%d x %d images of %s, between %s %d and %d"
            .formatted(
                rows,
                columns,
                job.words(),
                noises ? "the noises of samples" : "prototypes",
                between.one(),
                between.other()),
        file,
        Optional.of(passes));
  }

  /** A whole block, as all that is sampled; what is beyond the last image is that again. */
  private SampleBlock block(SampleJob job, int first) {
    int values = job.network().values();
    float[] noise = new float[ImageSampler.BLOCK * values];
    int codes = job.sampler().codesPerImage();
    int[] from = new int[ImageSampler.BLOCK * codes];
    int[] to = new int[ImageSampler.BLOCK * codes];
    float[] shares = new float[ImageSampler.BLOCK];
    for (int i = 0; i < ImageSampler.BLOCK; i++) {
      Cell cell = cell(job, Math.min(first + i, rows * columns - 1));
      System.arraycopy(cell.noise(), 0, noise, i * values, values);
      for (int k = 0; k < codes; k++) {
        from[i * codes + k] = cell.from()[k % cell.from().length];
        to[i * codes + k] = cell.to()[k % cell.to().length];
      }
      shares[i] = cell.share();
    }
    return job.sampler().images(noise, new Blend(from, to, shares), job.sampling());
  }

  private Cell cell(SampleJob job, int index) {
    int row = index / columns;
    double share = share(index % columns);
    ImageSampler sampler = job.sampler();
    if (!noises) {
      float[] noise = sampler.noise(job.seed(), row);
      return new Cell(noise, new int[] {between.one()}, new int[] {between.other()}, (float) share);
    }
    long one = (long) between.one() + row;
    long other = (long) between.other() + row;
    return new Cell(
        Slerp.between(sampler.noise(job.seed(), one), sampler.noise(job.seed(), other), share),
        job.condition().codesOf(sampler, job.seed(), one),
        job.condition().codesOf(sampler, job.seed(), other),
        (float) share);
  }

  private double share(int column) {
    return column / (columns - 1.0);
  }

  private List<String> heads() {
    List<String> heads = new ArrayList<>();
    for (int column = 0; column < columns; column++) {
      heads.add(String.format(Locale.ROOT, "%.2f", share(column)));
    }
    return heads;
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      names.add(
          noises
              ? "%d-%d".formatted(between.one() + row, between.other() + row)
              : Integer.toString(row));
    }
    return names;
  }
}
