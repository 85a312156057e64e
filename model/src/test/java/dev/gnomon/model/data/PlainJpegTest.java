package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlainJpegTest {

  private static final int[][] SIZES = {{1, 1}, {7, 9}, {17, 16}, {33, 65}, {100, 100}, {131, 77}};

  private final PlainJpeg plain = new PlainJpeg();
  private final PlainJpeg absent = new PlainJpeg("no.such.Reader");

  @ParameterizedTest
  @EnumSource
  void pixelsAreThoseOfImageIo(JpegFiles.Kind kind) throws IOException {
    for (int[] size : SIZES) {
      byte[] file = JpegFiles.file(kind, size[0], size[1]);
      BufferedImage image = decoded(file);
      assertThat(image.getWidth()).isEqualTo(size[0]);
      assertThat(samples(image)).isEqualTo(samples(ImageIO.read(new ByteArrayInputStream(file))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void withoutTheReaderTheGeneralWayGivesTheSame(JpegFiles.Kind kind) throws IOException {
    byte[] file = JpegFiles.file(kind, 61, 45);
    assertThat(absent.decode(file, Long.MAX_VALUE)).isEmpty();
    ImageFit fit = new ImageFit(20, 3);
    assertThat(fit.fit(ImageFile.decode(file, absent)))
        .isEqualTo(fit.fit(ImageFile.decode(file, plain)));
  }

  /** Wherever the file ends, it is refused, and in the words of the general way. */
  @ParameterizedTest
  @EnumSource
  void aFileCutAnywhereIsRefused(JpegFiles.Kind kind) throws IOException {
    byte[] file = JpegFiles.file(kind, 40, 30);
    for (int length = 4; length < file.length; length += 1 + length / 10) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThat(plain.decode(cut, Long.MAX_VALUE)).isEmpty();
      Throwable said = catchThrowable(() -> ImageFile.decode(cut, absent));
      assertThat(said).isNotNull();
      assertThatThrownBy(() -> ImageFile.decode(cut, plain))
          .hasSameClassAs(said)
          .hasMessage(said.getMessage());
    }
    byte[] cut = Arrays.copyOf(file, file.length - 2);
    assertThat(plain.decode(cut, Long.MAX_VALUE)).isEmpty();
    assertThatThrownBy(() -> ImageFile.decode(cut, plain)).isInstanceOf(IOException.class);
  }

  @Test
  void whatAnotherMarkerChangesIsLeftToTheGeneralWay() throws IOException {
    byte[] file = JpegFiles.file(JpegFiles.Kind.HALVED_COLOURS, 20, 20);
    assertThat(plain.decode(with(file, 0xfe, text("a comment")), Long.MAX_VALUE)).isPresent();
    assertThat(plain.decode(with(file, 0xe1, text("Exif\0\0")), Long.MAX_VALUE)).isPresent();
    byte[] adobe = with(file, 0xee, text("Adobe\0d\0\0\0\0\1"));
    byte[] srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();
    byte[] profile = with(file, 0xe2, text("ICC_PROFILE\0\1\1"), srgb);
    for (byte[] other : List.of(adobe, profile)) {
      assertThat(plain.decode(other, Long.MAX_VALUE)).isEmpty();
      assertThat(samples(ImageFile.decode(other, plain))).isEqualTo(samples(decoded(file)));
    }
  }

  @Test
  void coloursThatReadersGuessAreLeftToTheGeneralWay() throws IOException {
    byte[] halved = withoutJfif(JpegFiles.file(JpegFiles.Kind.HALVED_COLOURS, 20, 20));
    byte[] full = withoutJfif(JpegFiles.file(JpegFiles.Kind.FULL_COLOURS, 20, 20));
    assertThat(plain.decode(halved, Long.MAX_VALUE)).isPresent();
    assertThat(plain.decode(full, Long.MAX_VALUE)).isEmpty();
    for (byte[] file : List.of(halved, full)) {
      assertThat(samples(ImageFile.decode(file, plain)))
          .isEqualTo(samples(ImageFile.decode(file, absent)));
    }
  }

  @Test
  void tooManyPixelsAreLeftToTheGeneralWay() throws IOException {
    byte[] file = JpegFiles.file(JpegFiles.Kind.GREY, 20, 10);
    assertThat(plain.decode(file, 200)).isPresent();
    assertThat(plain.decode(file, 199)).isEmpty();
  }

  /** Most of these have a phone's colour profile, some have none. */
  @Test
  void photographsHaveThePixelsOfImageIo() throws IOException {
    int ordinary = 0;
    try (Stream<Path> files = Files.walk(TestImages.real("sign-language-digits"))) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".JPG")).sorted().toList();
      for (int i = 0; i < all.size(); i += 20) {
        byte[] bytes = Files.readAllBytes(all.get(i));
        ordinary += plain.decode(bytes, Long.MAX_VALUE).isPresent() ? 1 : 0;
        assertThat(samples(ImageFile.decode(bytes, plain)))
            .isEqualTo(samples(ImageIO.read(new ByteArrayInputStream(bytes))));
      }
    }
    assertThat(ordinary).isPositive();
  }

  private BufferedImage decoded(byte[] file) {
    return plain.decode(file, Long.MAX_VALUE).orElseThrow();
  }

  /** [height, width, bands], whatever order the image keeps them in. */
  private static int[] samples(BufferedImage image) {
    return image.getData().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
  }

  /** The file with one more segment after its first. */
  private static byte[] with(byte[] file, int marker, byte[]... body) throws IOException {
    int length = 2 + Arrays.stream(body).mapToInt(part -> part.length).sum();
    int first = afterJfif(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, first);
    out.write(new byte[] {(byte) 0xff, (byte) marker, (byte) (length >> 8), (byte) length});
    for (byte[] part : body) {
      out.write(part);
    }
    out.write(file, first, file.length - first);
    return out.toByteArray();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] withoutJfif(byte[] file) throws IOException {
    int first = afterJfif(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, 2);
    out.write(file, first, file.length - first);
    return out.toByteArray();
  }

  private static int afterJfif(byte[] file) {
    assertThat(new String(file, 6, 4, StandardCharsets.US_ASCII)).isEqualTo("JFIF");
    return 4 + file[5];
  }
}
