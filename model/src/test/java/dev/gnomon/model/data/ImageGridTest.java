package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {

  private static final int RED = 0xffff0000;
  private static final int GREY = 0xff646464;
  private static final int PAPER = 0xffffffff;

  private static final byte[] RED_PIXEL = {(byte) 0xff, 0, 0};
  private static final byte[] GREY_PIXEL = {100, 100, 100};

  @TempDir Path folder;

  @Test
  void imagesStandInRowsEachPixelEnlarged() {
    byte[] pixels = {(byte) 0xff, 0, 0, 100, 100, 100, 100, 100, 100};
    BufferedImage picture = ImageGrid.of(pixels, 3, 3, 1, 2, 4).render();
    assertThat(picture.getRGB(2, 2)).isEqualTo(RED);
    assertThat(picture.getRGB(5, 5)).isEqualTo(RED);
    assertThat(picture.getRGB(6, 5)).isEqualTo(PAPER);
    assertThat(picture.getRGB(8, 2)).isEqualTo(GREY);
    assertThat(picture.getRGB(2, 8)).isEqualTo(GREY);
    assertThat(picture.getRGB(8, 8)).isEqualTo(PAPER); // there is no fourth
  }

  @Test
  void aGreyImageAndABlankPlaceAreDrawn() {
    BufferedImage picture =
        ImageGrid.of(List.of(new byte[0], new byte[] {100}), 1, 1, 2, 4).render();
    assertThat(picture.getRGB(2, 2)).isEqualTo(PAPER);
    assertThat(picture.getRGB(8, 2)).isEqualTo(GREY);
  }

  @Test
  void wordsAndADividerMoveTheImagesAndDoNotCoverThem() throws IOException {
    ImageGrid plain = ImageGrid.of(List.of(RED_PIXEL, GREY_PIXEL), 3, 1, 2, 8);
    ImageGrid worded =
        plain
            .withCaption("nmi=0.41")
            .withRowLabels(List.of("kind 7"))
            .withColumnLabels(List.of("0.5", "1"))
            .dividedBefore(1);
    Path file = folder.resolve("samples/grid.png");
    worded.write(file);
    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(count(picture, RED)).isEqualTo(64);
    assertThat(count(picture, GREY)).isEqualTo(64);
    assertThat(count(picture, 0xff303030)).isGreaterThan(100);
    assertThat(picture.getWidth()).isGreaterThan(plain.render().getWidth() + 10);
    try (var left = Files.list(file.getParent())) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aCellOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> ImageGrid.of(List.of(new byte[5]), 3, 1, 1, 1))
        .hasMessageContaining("5 bytes");
  }

  private static int count(BufferedImage picture, int colour) {
    int count = 0;
    for (int i = 0; i < picture.getWidth() * picture.getHeight(); i++) {
      int rgb = picture.getRGB(i % picture.getWidth(), i / picture.getWidth());
      count += rgb == colour ? 1 : 0;
    }
    return count;
  }
}
