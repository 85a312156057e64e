package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageFitTest {

  @Test
  void anImageOfTheRightSizeKeepsItsPixels() {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x010203);
    image.setRGB(1, 1, 0xfffefd);
    assertThat(new ImageFit(2, 3).fit(image))
        .containsExactly(1, 0, 0, 0xff, 2, 0, 0, 0xfe, 3, 0, 0, 0xfd);
  }

  @Test
  void theLargestCentredSquareIsCutOut() {
    BufferedImage wide = filled(30, 10, BufferedImage.TYPE_INT_RGB, Color.RED);
    paint(wide, Color.BLUE, 10, 0, 10, 10);
    assertThat(colour(new ImageFit(4, 3).fit(wide))).isEqualTo(Color.BLUE);
    BufferedImage high = filled(10, 30, BufferedImage.TYPE_INT_RGB, Color.RED);
    paint(high, Color.BLUE, 0, 10, 10, 10);
    assertThat(colour(new ImageFit(4, 3).fit(high))).isEqualTo(Color.BLUE);
  }

  /** Stripes too fine for the small image become their mean, not a moire. */
  @Test
  void shrinkingAveragesFineDetail() {
    BufferedImage stripes = filled(256, 256, BufferedImage.TYPE_INT_RGB, Color.BLACK);
    for (int x = 0; x < 256; x += 2) {
      paint(stripes, Color.WHITE, x, 0, 1, 256);
    }
    byte[] small = new ImageFit(16, 1).fit(stripes);
    for (int i = 0; i < small.length; i++) {
      if (i % 16 > 0 && i % 16 < 15) { // the border sees half a filter
        assertThat(small[i] & 0xff).isBetween(126, 129);
      }
    }
  }

  @Test
  void aFlatImageStaysFlatAtEverySize() {
    for (int size : new int[] {1, 3, 16, 28, 100, 133}) {
      byte[] pixels = new ImageFit(size, 3).fit(filled(100, 100, 1, new Color(10, 128, 250)));
      assertThat(colour(pixels)).isEqualTo(new Color(10, 128, 250));
    }
  }

  /** A ramp keeps its slope: the filter has no shift. */
  @Test
  void resizingDoesNotMoveThePicture() {
    byte[] ramp = new byte[64 * 64];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = (byte) (2 * (i % 64) + 20);
    }
    byte[] small = new ImageFit(16, 1).fit(ramp, 1, 64, 64);
    byte[] large = new ImageFit(128, 1).fit(ramp, 1, 64, 64);
    for (int x = 3; x < 13; x++) {
      assertThat((small[5 * 16 + x] & 0xff) - (2 * (4 * x + 1.5) + 20)).isBetween(-0.6, 0.6);
    }
    for (int x = 6; x < 122; x++) {
      assertThat((large[9 * 128 + x] & 0xff) - (2 * (x / 2.0 - 0.25) + 20)).isBetween(-0.6, 0.6);
    }
  }

  @Test
  void transparencyShowsWhitePaper() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    assertThat(colour(new ImageFit(1, 3).fit(image))).isEqualTo(Color.WHITE);
    image.setRGB(0, 0, 0x80ff0000);
    assertThat(colour(new ImageFit(1, 3).fit(image))).isEqualTo(new Color(255, 127, 127));
  }

  @Test
  void greyValuesAreTakenAsTheyAre() {
    for (int type : new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY}) {
      BufferedImage grey = new BufferedImage(1, 1, type);
      grey.getRaster().setSample(0, 0, 0, type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 * 257);
      assertThat(new ImageFit(1, 1).fit(grey)).containsExactly(100);
      assertThat(new ImageFit(1, 3).fit(grey)).containsExactly(100, 100, 100);
    }
  }

  @Test
  void paletteImagesShowTheirColours() {
    byte[] red = {0, (byte) 200};
    byte[] rest = {0, 50};
    IndexColorModel palette = new IndexColorModel(1, 2, red, rest, rest);
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    image.getRaster().setSample(0, 0, 0, 1);
    assertThat(colour(new ImageFit(1, 3).fit(image))).isEqualTo(new Color(200, 50, 50));
  }

  /** Bytes are read from where they are, whatever their order, and cut where the picture is. */
  @Test
  void theOrderOfTheBytesDoesNotMatter() {
    BufferedImage packed = new BufferedImage(31, 23, BufferedImage.TYPE_INT_RGB);
    BufferedImage blueFirst = new BufferedImage(40, 40, BufferedImage.TYPE_3BYTE_BGR);
    BufferedImage redFirst =
        new BufferedImage(
            new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB), false, false, 1, DataBuffer.TYPE_BYTE),
            Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 40, 40, 3, null),
            false,
            null);
    for (int i = 0; i < 31 * 23; i++) {
      int rgb = i * 0x9e3779b1 >>> 8;
      packed.setRGB(i % 31, i / 31, rgb);
      blueFirst.setRGB(5 + i % 31, 3 + i / 31, rgb);
      redFirst.setRGB(5 + i % 31, 3 + i / 31, rgb);
    }
    for (int channels : new int[] {1, 3}) {
      ImageFit fit = new ImageFit(9, channels);
      assertThat(fit.fit(blueFirst.getSubimage(5, 3, 31, 23))).isEqualTo(fit.fit(packed));
      assertThat(fit.fit(redFirst.getSubimage(5, 3, 31, 23))).isEqualTo(fit.fit(packed));
    }
  }

  @Test
  void colourBecomesGreyByItsLuma() {
    BufferedImage green = filled(3, 3, BufferedImage.TYPE_INT_RGB, Color.GREEN);
    assertThat(new ImageFit(1, 1).fit(green)).containsExactly(150); // 0.587 * 255
  }

  private static BufferedImage filled(int width, int height, int type, Color colour) {
    BufferedImage image = new BufferedImage(width, height, type);
    paint(image, colour, 0, 0, width, height);
    return image;
  }

  private static void paint(BufferedImage image, Color colour, int x, int y, int w, int h) {
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(colour);
    graphics.fillRect(x, y, w, h);
    graphics.dispose();
  }

  /** The one colour of an image [3, size, size]. */
  private static Color colour(byte[] pixels) {
    int plane = pixels.length / 3;
    int[] rgb = new int[3];
    for (int c = 0; c < 3; c++) {
      byte[] values = Arrays.copyOfRange(pixels, c * plane, (c + 1) * plane);
      byte first = values[0];
      Arrays.fill(values, first);
      assertThat(Arrays.copyOfRange(pixels, c * plane, (c + 1) * plane)).isEqualTo(values);
      rgb[c] = first & 0xff;
    }
    return new Color(rgb[0], rgb[1], rgb[2]);
  }
}
