package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderImagesTest {

  @TempDir Path folder;

  @Test
  void foldersAreLabelsInOrderOfTheirNames() throws IOException {
    write("cat/b.PNG", image(30));
    write("cat/deeper/c.png", image(40));
    write("ant/a.png", image(20));
    write("ant/.hidden.png", new byte[] {1});
    write("ant/notes.txt", new byte[] {1});
    Files.createDirectories(folder.resolve("empty"));
    write(".git/x.png", image(1));
    ImageSet set = TestImages.open("auto", folder, 8, 1);
    assertThat(set.labelNames()).containsExactly("ant", "cat");
    assertThat(set.count()).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(first(set, i)).isEqualTo(20 + 10 * i);
      assertThat(set.label(i)).isEqualTo(i == 0 ? 0 : 1);
    }
  }

  @Test
  void imagesBesideFoldersOfImagesAreNotLeftOutInSilence() throws IOException {
    write("ant/a.png", image(20));
    write("1.png", image(10));
    write("2.png", image(10));
    assertThatThrownBy(() -> TestImages.open("folder", folder, 8, 3))
        .hasMessageContaining("2 images beside them, such as 1.png");
  }

  @Test
  void filesWithoutFoldersHaveNoLabels() throws IOException {
    write("1.png", image(10));
    write("2.png", image(20));
    ImageSet set = TestImages.open("folder", folder, 8, 3);
    assertThat(set.labelNames()).isEmpty();
    assertThat(set.count()).isEqualTo(2);
    assertThat(set.label(1)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void aFileCutShortIsLeftOutAndCounted(String format) throws IOException {
    byte[] whole = encoded(noise(), format);
    byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);
    for (int i = 0; i < 100; i++) {
      write("a/%03d.%s".formatted(i, format), i == 50 ? cut : whole);
    }
    ImageSet set = TestImages.open("folder", folder, 8, 3);
    assertThat(set.count()).isEqualTo(99);
    assertThat(set.description()).contains("1 broken file");
  }

  @Test
  void moreThanOneInAHundredBrokenStopsWithTheirNames() throws IOException {
    for (int i = 0; i < 100; i++) {
      write("a/%03d.png".formatted(i), image(i));
    }
    write("a/nonsense.jpg", "not an image".getBytes());
    write("b/empty.png", new byte[0]);
    assertThatThrownBy(() -> TestImages.open("folder", folder, 8, 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2 of 102")
        .hasMessageContaining("nonsense.jpg")
        .hasMessageContaining("empty.png");
  }

  @Test
  void aFolderWithoutImagesIsRefusedWithWhatWasLookedFor() {
    assertThatThrownBy(() -> TestImages.open("auto", folder, 8, 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(".png")
        .hasMessageContaining("train-images-idx3-ubyte");
    assertThatThrownBy(() -> TestImages.open("auto", folder.resolve("nowhere"), 8, 3))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void theSignLanguageDigitsAreRead() {
    ImageSet set = TestImages.open("auto", TestImages.real("sign-language-digits"), 32, 3);
    assertThat(set.count()).isEqualTo(2059);
    assertThat(set.labelNames()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(set.label(204)).isEqualTo(0);
    assertThat(set.label(205)).isEqualTo(1);
    assertThat(first(set, 0)).isGreaterThan(100); // a pale wall in the corner
  }

  private static int first(ImageSet set, int index) {
    byte[] pixels = new byte[set.channels() * set.size() * set.size()];
    set.read(index, pixels, 0);
    return pixels[0] & 0xff;
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  private static byte[] image(int grey) throws IOException {
    BufferedImage image = new BufferedImage(12, 10, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 120; i++) {
      image.setRGB(i % 12, i / 12, grey * 0x010101);
    }
    return encoded(image, "png");
  }

  private static BufferedImage noise() {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, i * 0x9e3779b1 >>> 8);
    }
    return image;
  }

  private static byte[] encoded(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }
}
