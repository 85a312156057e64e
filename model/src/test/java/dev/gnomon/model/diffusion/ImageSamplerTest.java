package dev.gnomon.model.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.model.data.ImageBatch;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.NativeArrays;
import dev.gnomon.model.training.SequentialTraining;
import dev.gnomon.model.training.TinyRun;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageSamplerTest {

  private static final SamplingSettings EULER =
      new SamplingSettings(SolverSettings.euler(3), Guidance.of(0.4), true);

  private interface Look {
    void at(ImageSampler sampler);
  }

  private static void sampler(Source source, long steps, Look look) {
    sampler(source, steps, Set.of(), look);
  }

  private static void sampler(Source source, long steps, Set<Long> skipped, Look look) {
    long before = NativeArrays.live();
    TrainingSettings settings = TinyRun.settings(source, 1, 1);
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      run.runTo(steps, skipped);
      SequentialTraining.Halves halves = run.save();
      try (ImageSampler sampler =
          new ImageSampler(device, settings, halves.trunk(), halves.assigner())) {
        look.at(sampler);
        long arrays = NativeArrays.live();
        look.at(sampler);
        assertThat(NativeArrays.live()).isEqualTo(arrays);
      }
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  @Test
  void aBlockIsAFunctionOfSeedAndNumber() {
    sampler(
        Source.BOOTSTRAP,
        24,
        sampler -> {
          SampleBlock block = sampler.sample(1, 3, EULER);
          assertThat(sampler.sample(1, 3, EULER).pixels()).isEqualTo(block.pixels());
          assertThat(sampler.sample(1, 4, EULER).pixels()).isNotEqualTo(block.pixels());
          assertThat(sampler.sample(2, 3, EULER).pixels()).isNotEqualTo(block.pixels());
          assertThat(block.pixels()).hasSize(64 * 3 * 64);
          assertThat(block.networkEvaluations()).isEqualTo(3);
        });
  }

  @Test
  void codesAreDrawnFromTheHistogram() {
    sampler(
        Source.BOOTSTRAP,
        24,
        sampler -> {
          double[] histogram = sampler.histogram();
          assertThat(Arrays.stream(histogram).sum()).isPositive();
          assertThat(Arrays.stream(sampler.sample(1, 0, EULER).codes()).boxed())
              .allMatch(code -> histogram[code] > 0);
        });
  }

  @Test
  void patchesTakeTheirCodesFromTheLayoutsOfImagesThatWereTrainedOn() {
    TrainingSettings settings = TinyRun.settings(Source.BOOTSTRAP_PATCH, 1, 1);
    long before = NativeArrays.live();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, TinyRun::batch)) {
      Set<List<Integer>> trained = new HashSet<>();
      while (run.step() < settings.steps()) {
        trained.addAll(layouts(run.next().conditions().codes()));
      }
      SequentialTraining.Halves halves = run.save();
      try (ImageSampler sampler =
          new ImageSampler(device, settings, halves.trunk(), halves.assigner())) {
        SampleBlock block = sampler.sample(1, 0, EULER);
        List<List<Integer>> drawn = layouts(block.codes());
        assertThat(drawn).hasSize(64).isSubsetOf(trained);
        assertThat(new HashSet<>(drawn)).hasSizeGreaterThan(10);
        assertThat(sampler.sample(1, 0, EULER).pixels()).isEqualTo(block.pixels());

        int[] own = Arrays.copyOf(sampler.codes(TinyRun.batch(3)), 16);
        SampleBlock like = sampler.sample(1, 0, EULER, sampler.alike(own));
        assertThat(Set.copyOf(layouts(like.codes()))).isEqualTo(Set.copyOf(layouts(own)));
        int[] other = own.clone();
        other[7] = (own[7] + 1) % 5;
        assertThat(sampler.sample(1, 0, EULER, sampler.alike(other)).pixels())
            .isNotEqualTo(like.pixels());
        assertThat(sampler.sample(1, 0, EULER, sampler.alike(2)).codes())
            .hasSize(64 * 16)
            .containsOnly(2);
        byte[] nothing = sampler.sample(1, 0, EULER, sampler.alike(-1)).pixels();
        assertThat(nothing).hasSize(like.pixels().length).isNotEqualTo(like.pixels());
        assertThatThrownBy(() -> sampler.sample(1, 0, EULER, new int[17]))
            .hasMessageContaining("17 codes are of no number of images, which have 16 each");
      }
    }
    assertThat(NativeArrays.live()).isEqualTo(before);
  }

  /** As many lists as images. */
  private static List<List<Integer>> layouts(int[] codes) {
    List<List<Integer>> layouts = new ArrayList<>();
    for (int from = 0; from < codes.length; from += 16) {
      layouts.add(Arrays.stream(codes, from, from + 16).boxed().toList());
    }
    return layouts;
  }

  @Test
  void withoutALayoutYetSamplesAreUnconditional() {
    sampler(
        Source.BOOTSTRAP_PATCH,
        10,
        Set.of(9L),
        sampler -> {
          SampleBlock block = sampler.sample(1, 0, EULER);
          assertThat(block.codes()).containsOnly(-1);
          assertThat(sampler.sample(1, 0, EULER, sampler.alike(-1)).pixels())
              .isEqualTo(block.pixels());
        });
  }

  @Test
  void whereNoBatchOfStageTwoCountedYetAllCodesAreDrawn() {
    sampler(
        Source.BOOTSTRAP,
        10,
        Set.of(9L),
        sampler -> {
          assertThat(Arrays.stream(sampler.histogram()).sum()).isZero();
          assertThat(Arrays.stream(sampler.sample(1, 0, EULER).codes()).distinct())
              .hasSameSizeAs(sampler.histogram());
        });
  }

  @Test
  void guidanceAndPrototypeAndWeightsChangeTheImages() {
    sampler(
        Source.BOOTSTRAP,
        24,
        sampler -> {
          int[] zero = new int[64];
          int[] one = new int[64];
          Arrays.fill(one, 1);
          byte[] base = sampler.sample(1, 0, EULER, zero).pixels();
          SamplingSettings hard =
              new SamplingSettings(SolverSettings.euler(3), Guidance.of(4), true);
          SamplingSettings student =
              new SamplingSettings(SolverSettings.euler(3), Guidance.of(0.4), false);
          assertThat(sampler.sample(1, 0, hard, zero).pixels()).isNotEqualTo(base);
          assertThat(sampler.sample(1, 0, EULER, one).pixels()).isNotEqualTo(base);
          assertThat(sampler.sample(1, 0, student, zero).pixels()).isNotEqualTo(base);
        });
  }

  @Test
  void aStageOneCheckpointDrawsWithoutCodesAndRefusesThem() {
    sampler(
        Source.BOOTSTRAP,
        5,
        sampler -> {
          assertThat(sampler.guided()).isFalse();
          assertThat(sampler.sample(1, 0, EULER).codes()).containsOnly(-1);
          assertThatThrownBy(() -> sampler.sample(1, 0, EULER, new int[64]))
              .hasMessageContaining("has not learned to follow codes");
        });
  }

  @ParameterizedTest
  @CsvSource({"BOOTSTRAP", "LABELS", "NONE"})
  void dopri5CountsItsEvaluations(Source source) {
    sampler(
        source,
        24,
        sampler -> {
          SamplingSettings adaptive =
              new SamplingSettings(SolverSettings.DOPRI5, Guidance.of(0.4), true);
          int evaluations = sampler.sample(1, 0, adaptive).networkEvaluations();
          assertThat(evaluations).isGreaterThanOrEqualTo(8);
          assertThat((evaluations - 2) % 6).isZero();
        });
  }

  @Test
  void realImagesGetTheSameCodesEachTime() {
    sampler(
        Source.BOOTSTRAP,
        24,
        sampler -> {
          ImageBatch images = TinyRun.batch(2);
          int[] codes = sampler.codes(images);
          assertThat(codes).hasSize(TinyRun.BATCH).isEqualTo(sampler.codes(images));
          assertThat(Arrays.stream(codes).boxed()).allMatch(code -> code >= 0 && code < 5);
        });
    sampler(
        Source.LABELS, 3, sampler -> assertThat(sampler.codes(TinyRun.batch(2))).containsOnly(-1));
  }

  @Test
  void pixelsAreClampedAndRounded() {
    assertThat(ImageSampler.pixels(new float[] {-3, -1, 0, 1, 3}))
        .containsExactly((byte) 0, (byte) 0, (byte) 128, (byte) 255, (byte) 255);
    assertThatThrownBy(() -> ImageSampler.pixels(new float[] {0, Float.NaN}))
        .hasMessageContaining("not a number");
  }

  @Test
  void estimatesOnTheWayChangeNothingAndComeFromTheFirstImages() {
    sampler(
        Source.BOOTSTRAP,
        24,
        sampler -> {
          DataEstimates estimates = new DataEstimates(2);
          int[] codes = sampler.drawn(1, 3);
          assertThat(sampler.sample(1, 3, EULER, codes, estimates).pixels())
              .isEqualTo(sampler.sample(1, 3, EULER).pixels());
          assertThat(estimates.spread(9)).hasSize(3);
          assertThat(estimates.spread(9).get(2).pixels()).hasSize(2 * 3 * 64);
        });
  }

  @Test
  void theEndsBetweenTwoSamplesAreThose() {
    sampler(
        Source.BOOTSTRAP,
        24,
        sampler -> {
          SamplingSettings hard = // so that codes show
              new SamplingSettings(SolverSettings.euler(3), Guidance.of(100), true);
          float[] one = sampler.noise(1, 70);
          float[] other = sampler.noise(1, 75);
          int[] from = new int[64];
          int[] to = new int[64];
          float[] shares = new float[64];
          float[] noise = new float[64 * one.length];
          SampleBlock plain = sampler.sample(1, 1, hard);
          Arrays.fill(from, plain.codes()[6]);
          Arrays.fill(to, plain.codes()[11] == from[0] ? (from[0] + 1) % 5 : plain.codes()[11]);
          for (int i = 0; i < 64; i++) {
            shares[i] = i / 63f;
            System.arraycopy(
                Slerp.between(one, other, i / 63.0), 0, noise, i * one.length, one.length);
          }
          byte[] way = sampler.images(noise, new Blend(from, to, shares), hard).pixels();
          int[] codes = plain.codes().clone();
          codes[11] = to[0];
          byte[] ends = sampler.sample(1, 1, hard, codes).pixels();
          assertNear(way, 0, ends, 6);
          assertNear(way, 63, ends, 11);
          codes[11] = from[0];
          byte[] swapped = sampler.sample(1, 1, hard, codes).pixels();
          assertThatThrownBy(() -> assertNear(way, 63, swapped, 11))
              .isInstanceOf(AssertionError.class);
          byte[] middle = Arrays.copyOfRange(way, 31 * 192, 32 * 192);
          assertThat(middle).isNotEqualTo(Arrays.copyOfRange(way, 0, 192));
        });
  }

  private static void assertNear(byte[] images, int index, byte[] others, int other) {
    for (int i = 0; i < 192; i++) {
      int gap = (images[index * 192 + i] & 0xff) - (others[other * 192 + i] & 0xff);
      assertThat(Math.abs(gap)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void betweenACodeAndNoneThereIsNothing() {
    assertThatThrownBy(() -> new Blend(new int[] {-1}, new int[] {2}, new float[1]))
        .hasMessageContaining("no condition lies between a code and none");
  }

  @Test
  void aRunOnLabelsFollowsThemAsCodes() {
    sampler(
        Source.LABELS,
        3,
        sampler -> {
          int[] last = new int[64];
          Arrays.fill(last, sampler.codeCount() - 1);
          byte[] one = sampler.sample(1, 0, EULER, last).pixels();
          assertThat(sampler.sample(1, 0, EULER, new int[64]).pixels()).isNotEqualTo(one);
        });
  }

  /** Three labels; of the 8 images of step 0 three have label 0, three label 1, two label 2. */
  @Test
  void labelsAreDrawnAsOftenAsImagesHadThemAndOneThatNoneHadIsNotKnown() {
    sampler(
        Source.LABELS,
        1,
        sampler -> {
          assertThat(sampler.histogram()).containsExactly(3, 3, 2);
          assertThat(sampler.knows(2)).isTrue();
        });
    TrainingSettings settings = TinyRun.settings(Source.LABELS, 1, 1);
    LongFunction<ImageBatch> ofTwo =
        step -> {
          ImageBatch all = TinyRun.batch(step);
          int[] labels = Arrays.stream(all.labels()).map(label -> label % 2).toArray();
          return new ImageBatch(step, 3, 8, all.pixels(), all.ids(), labels, all.codes());
        };
    try (ComputeDevice device = ComputeDevice.open("cpu", 1);
        SequentialTraining run = new SequentialTraining(device, settings, ofTwo)) {
      run.runTo(3);
      try (ImageSampler sampler =
          new ImageSampler(device, settings, run.save().trunk(), Optional.empty())) {
        assertThat(sampler.codeCount()).isEqualTo(3);
        assertThat(sampler.knows(2)).isFalse();
        assertThat(Arrays.stream(sampler.drawn(1, 0))).doesNotContain(2);
      }
    }
  }
}
