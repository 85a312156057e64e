package dev.gnomon.model.data;

import dev.gnomon.model.engine.Noise;
import java.util.List;

/**
 * The built-in set: discs, squares and triangles in shades of red, green and blue on a pale, softly
 * shaded background. Image i is a pure function of (seed, i), drawn when it is read.
 *
 * <p>What tells the kinds apart is outline and hue together: all outlines share one range of areas,
 * and the shades of the three hues overlap in luma, so that neither the mean colour nor the grey
 * picture is enough.
 */
final class Shapes implements ImageSet {

  /** Number of images. */
  static final int COUNT = 24_000;

  private static final List<String> NAMES =
      List.of(
          "red disc",
          "green disc",
          "blue disc",
          "red square",
          "green square",
          "blue square",
          "red triangle",
          "green triangle",
          "blue triangle");

  private static final int CHANNELS = 3;
  private static final double SOFT_EDGE = 1.6; // pixels from full to no coverage

  private final long seed;
  private final int size;

  /**
   * @param size height and width in pixels, 16 to 32
   */
  Shapes(long seed, int size) {
    if (size < 16 || size > 32) {
      throw new DataException("shapes: size %d, expected 16 to 32 pixels".formatted(size));
    }
    this.seed = seed;
    this.size = size;
  }

  @Override
  public String description() {
    return "%d shapes in %d kinds, built in".formatted(COUNT, NAMES.size());
  }

  @Override
  public int count() {
    return COUNT;
  }

  @Override
  public int channels() {
    return CHANNELS;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public long bytes() {
    return 0;
  }

  @Override
  public List<String> labelNames() {
    return NAMES;
  }

  @Override
  public int label(int index) {
    return index % NAMES.size();
  }

  @Override
  public void read(int index, byte[] into, int offset) {
    if (index < 0 || index >= COUNT) {
      throw new IndexOutOfBoundsException("shapes: image %d of %d".formatted(index, COUNT));
    }
    Draws draws = new Draws(Noise.words(seed, Noise.Purpose.SHAPES, index, Draws.COUNT));
    Outline outline = outline(label(index) / 3, draws);
    double[] shade = shade(label(index) % 3, draws);
    Background background = background(draws);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        double covered = coverage(outline, x, y);
        for (int c = 0; c < CHANNELS; c++) {
          double value = covered * shade[c] + (1 - covered) * background.at(c, x, y);
          into[offset + (c * size + y) * size + x] = (byte) Math.round(255 * value);
        }
      }
    }
  }

  /** The random words of one image, taken in order. */
  private static final class Draws {
    static final int COUNT = 16;
    private final int[] words;
    private int next;

    Draws(int[] words) {
      this.words = words;
    }

    /** Uniform in [low, high). */
    double between(double low, double high) {
      return low + (high - low) * (Integer.toUnsignedLong(words[next++]) * 0x1p-32);
    }
  }

  /** Signed distance to the outline in pixels, negative inside; never more than the true one. */
  private interface Outline {
    double distance(double x, double y);
  }

  /** Outlines stand upright and have areas of 18 to 40 % of the image. */
  private Outline outline(int form, Draws draws) {
    double area = draws.between(0.18, 0.40) * size * size;
    double reach = // from the centre to the farthest point
        switch (form) {
          case 0 -> Math.sqrt(area / Math.PI);
          case 1 -> Math.sqrt(area / 2);
          default -> Math.sqrt(area * 4 / Math.sqrt(27));
        };
    double room = Math.max(0, Math.min(size * 0.12, size / 2.0 - 0.9 * reach));
    double centreX = size / 2.0 + draws.between(-room, room);
    double centreY = size / 2.0 + draws.between(-room, room);
    return (x, y) -> {
      double u = x - centreX;
      double v = y - centreY;
      return switch (form) {
        case 0 -> Math.sqrt(u * u + v * v) - reach;
        case 1 -> Math.max(Math.abs(u), Math.abs(v)) - reach / Math.sqrt(2);
        default -> Math.max(v, (Math.sqrt(3) * Math.abs(u) - v) / 2) - reach / 2; // point up
      };
    };
  }

  /** Share of pixel (x, y) that the shape covers, from 1 within to 0 without over a soft edge. */
  private static double coverage(Outline outline, int x, int y) {
    double distance = outline.distance(x + 0.5, y + 0.5);
    return Math.max(0, Math.min(1, 0.5 - distance / SOFT_EDGE));
  }

  /** A shade of red, green or blue: the main channel is strong, the others weak and near equal. */
  private static double[] shade(int hue, Draws draws) {
    double[][] strong = {{0.70, 1.00}, {0.45, 0.75}, {0.65, 1.00}};
    double[][] weak = {{0.02, 0.24}, {0.02, 0.20}, {0.10, 0.38}};
    double main = draws.between(strong[hue][0], strong[hue][1]);
    double rest = draws.between(weak[hue][0], weak[hue][1]);
    double lean = draws.between(-0.06, 0.06); // a little towards either neighbour
    double[] shade = new double[CHANNELS];
    shade[hue] = main;
    shade[(hue + 1) % 3] = Math.max(0, rest + lean);
    shade[(hue + 2) % 3] = Math.max(0, rest - lean);
    return shade;
  }

  /** A pale tint that changes evenly along one direction. */
  private Background background(Draws draws) {
    double level = draws.between(0.72, 0.94);
    double[] tint = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      tint[c] = level + draws.between(-0.03, 0.03);
    }
    double angle = draws.between(0, 2 * Math.PI);
    double slope = draws.between(0, 0.04) / size;
    return new Background(
        tint, slope * StrictMath.cos(angle), slope * StrictMath.sin(angle), size / 2.0);
  }

  private record Background(double[] tint, double slopeX, double slopeY, double centre) {
    double at(int channel, int x, int y) {
      double shading = slopeX * (x + 0.5 - centre) + slopeY * (y + 0.5 - centre);
      return Math.max(0, Math.min(1, tint[channel] + shading));
    }
  }
}
