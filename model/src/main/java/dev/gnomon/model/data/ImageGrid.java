package dev.gnomon.model.data;

import dev.gnomon.model.engine.WholeFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture of images in rows, each enlarged by a whole factor so that its pixels stay visible.
 *
 * @param cells uint8 [channels, size, size] each, row by row; an empty array leaves its place blank
 * @param columns images a row
 * @param scale screen pixels a pixel, in each direction
 * @param caption a line above the grid, or empty
 * @param rowLabels a word left of each row; may be shorter than the rows, or empty
 * @param columnLabels a word above each column; may be shorter than the columns, or empty
 * @param divider column before which a wider gap stands (0: none), as between real and generated
 */
public record ImageGrid(
    List<byte[]> cells,
    int channels,
    int size,
    int columns,
    int scale,
    String caption,
    List<String> rowLabels,
    List<String> columnLabels,
    int divider) {

  private static final int GAP = 2;
  private static final int WIDE_GAP = 10;
  private static final int LETTER = 2; // screen pixels a font pixel
  private static final int PAPER = 0xffffff;
  private static final int INK = 0x303030;

  public ImageGrid {
    for (byte[] cell : cells) {
      if (cell.length != 0 && cell.length != channels * size * size) {
        throw new IllegalArgumentException(
            "grid: a cell of %d bytes is no image of %d x %d x %d"
                .formatted(cell.length, channels, size, size));
      }
    }
    if (columns < 1 || scale < 1 || (channels != 1 && channels != 3)) {
      throw new IllegalArgumentException(
          "grid: %d columns, scale %d, %d channels: expected 1 or more, 1 or more, and 1 or 3"
              .formatted(columns, scale, channels));
    }
  }

  /** The first {@code count} images of {@code pixels}, uint8 [count, channels, size, size]. */
  public static ImageGrid of(
      byte[] pixels, int count, int channels, int size, int columns, int scale) {
    int each = channels * size * size;
    List<byte[]> cells = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      cells.add(Arrays.copyOfRange(pixels, i * each, (i + 1) * each));
    }
    return of(cells, channels, size, columns, scale);
  }

  /** The cells alone, without words. */
  public static ImageGrid of(List<byte[]> cells, int channels, int size, int columns, int scale) {
    return new ImageGrid(cells, channels, size, columns, scale, "", List.of(), List.of(), 0);
  }

  public ImageGrid withCaption(String text) {
    return with(text, rowLabels, columnLabels, divider);
  }

  public ImageGrid withRowLabels(List<String> words) {
    return with(caption, words, columnLabels, divider);
  }

  public ImageGrid withColumnLabels(List<String> words) {
    return with(caption, rowLabels, words, divider);
  }

  /** With a wider gap before column {@code column}. */
  public ImageGrid dividedBefore(int column) {
    return with(caption, rowLabels, columnLabels, column);
  }

  private ImageGrid with(String text, List<String> rowWords, List<String> columnWords, int gap) {
    return new ImageGrid(cells, channels, size, columns, scale, text, rowWords, columnWords, gap);
  }

  /** The picture. */
  public BufferedImage render() {
    int rows = (cells.size() + columns - 1) / columns;
    int pitch = size * scale + GAP;
    int lineHeight = PixelFont.HEIGHT * LETTER;
    int labelWidth = rowLabels.stream().mapToInt(PixelFont::width).max().orElse(0) * LETTER;
    int left = GAP + (labelWidth == 0 ? 0 : labelWidth + 2 * GAP);
    int heads = GAP + (caption.isEmpty() ? 0 : lineHeight + 3 * GAP);
    int top = heads + (columnLabels.isEmpty() ? 0 : lineHeight + 3 * GAP);
    int gridWidth = left + columns * pitch + (divider > 0 ? WIDE_GAP : 0);
    int width = Math.max(gridWidth, 2 * GAP + PixelFont.width(caption) * LETTER);
    BufferedImage picture =
        new BufferedImage(width, Math.max(1, top + rows * pitch), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < width; x++) {
        picture.setRGB(x, y, PAPER);
      }
    }
    write(picture, caption, GAP, GAP);
    for (int row = 0; row < Math.min(rows, rowLabels.size()); row++) {
      write(picture, rowLabels.get(row), GAP, top + row * pitch + (pitch - GAP - lineHeight) / 2);
    }
    for (int column = 0; column < Math.min(columns, columnLabels.size()); column++) {
      String word = columnLabels.get(column);
      int middle = (pitch - GAP - (PixelFont.width(word) - 1) * LETTER) / 2;
      write(picture, word, place(column, left, pitch) + Math.max(0, middle), heads);
    }
    for (int i = 0; i < cells.size(); i++) {
      int x = place(i % columns, left, pitch);
      draw(picture, cells.get(i), x, top + i / columns * pitch);
    }
    return picture;
  }

  /** Where a column begins. */
  private int place(int column, int left, int pitch) {
    return left + column * pitch + (divider > 0 && column >= divider ? WIDE_GAP : 0);
  }

  /** Writes the picture as PNG; whoever opens {@code file} meanwhile sees the old or the new. */
  public void write(Path file) throws IOException {
    Path whole = file.toAbsolutePath();
    Files.createDirectories(whole.getParent());
    WholeFile.write(whole, PngFile.bytes(render()));
  }

  private void draw(BufferedImage picture, byte[] cell, int left, int top) {
    if (cell.length == 0) {
      return;
    }
    int plane = channels == 3 ? size * size : 0;
    for (int y = 0; y < size * scale; y++) {
      for (int x = 0; x < size * scale; x++) {
        int at = y / scale * size + x / scale;
        int red = cell[at] & 0xff;
        int green = cell[at + plane] & 0xff;
        int blue = cell[at + 2 * plane] & 0xff;
        picture.setRGB(left + x, top + y, red << 16 | green << 8 | blue);
      }
    }
  }

  private static void write(BufferedImage picture, String text, int left, int top) {
    for (int y = 0; y < PixelFont.HEIGHT * LETTER; y++) {
      for (int x = 0; x < PixelFont.width(text) * LETTER; x++) {
        if (PixelFont.ink(text, x / LETTER, y / LETTER)) {
          picture.setRGB(left + x, top + y, INK);
        }
      }
    }
  }
}
