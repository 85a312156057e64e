package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of one format of their own: idx and CIFAR. */
class BinaryImagesTest {

  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void idxIsReadPlainAndCompressed(boolean gzip) throws IOException {
    write(IMAGES, idx(0x803, new int[] {2, 2, 2}, 1, 2, 3, 4, 5, 6, 7, 8), gzip);
    write(LABELS, idx(0x801, new int[] {2}, 9, 3), gzip);
    ImageSet set = TestImages.open("auto", folder, 2, 1);
    byte[] pixels = new byte[5];
    set.read(1, pixels, 1);
    assertThat(pixels).containsExactly(0, 5, 6, 7, 8);
    assertThat(set.count()).isEqualTo(2);
    assertThat(set.label(0)).isEqualTo(9);
    assertThat(set.labelNames()).hasSize(10);
  }

  @Test
  void aFolderWithoutIdxFilesIsSaidToHoldNone() {
    assertThatThrownBy(() -> TestImages.open("idx", folder, 1, 3))
        .hasMessage(folder + ": holds no " + IMAGES + "[.gz]");
  }

  @Test
  void idxImagesMayComeWithoutLabelsAndUnderAnyName() throws IOException {
    write("my-images-idx3-ubyte", idx(0x803, new int[] {1, 1, 1}, 7), false);
    ImageSet set = TestImages.open("auto", folder.resolve("my-images-idx3-ubyte"), 1, 3);
    byte[] pixels = new byte[3];
    set.read(0, pixels, 0);
    assertThat(pixels).containsExactly(7, 7, 7);
    assertThat(set.label(0)).isEqualTo(-1);
    assertThat(set.labelNames()).isEmpty();
  }

  @Test
  void brokenIdxFilesAreRefusedWithTheirNameAndFault() throws IOException {
    write(IMAGES, idx(0x803, new int[] {2, 2, 2}, 1, 2, 3, 4, 5), false);
    refused("idx", IMAGES, "ends within image 1 of 2");
    write(IMAGES, idx(0x801, new int[] {2, 2, 2}), false);
    refused("idx", IMAGES, "0x00000801");
    write(IMAGES, idx(0x803, new int[] {1 << 30, 28, 28}), false);
    refused("idx", IMAGES, "heap");
    write(IMAGES, new byte[] {0, 0}, false);
    refused("idx", IMAGES, "is cut short; fetch it again");
    write(IMAGES, idx(0x803, new int[] {1, 1, 1}, 1), false);
    write(LABELS, idx(0x801, new int[] {2}, 9, 3), false);
    refused("idx", LABELS, "2 labels", "1 images");
  }

  @Test
  void cifarBatchesAreReadInOrder() throws IOException {
    write("data_batch_2.bin", cifar(5, 50), false);
    write("data_batch_1.bin", concat(cifar(3, 30), cifar(4, 40)), false);
    write("test_batch.bin", cifar(1, 10), false);
    ImageSet set = TestImages.open("auto", folder, 32, 3);
    byte[] pixels = new byte[3072];
    for (int i = 0; i < 3; i++) {
      set.read(i, pixels, 0);
      assertThat(set.label(i)).isEqualTo(3 + i);
      assertThat(pixels[0]).isEqualTo((byte) (30 + 10 * i));
      assertThat(pixels[3071]).isEqualTo((byte) (31 + 10 * i)); // red 30, blue 31
    }
    ImageSet held = TestImages.open("auto", folder.resolve("test_batch.bin"), 16, 1);
    assertThat(held.count()).isEqualTo(1);
    assertThat(held.label(0)).isEqualTo(1);
  }

  @Test
  void aCifarBatchCutShortIsRefused() throws IOException {
    write("data_batch_1.bin", Arrays.copyOf(cifar(3, 30), 3000), false);
    refused("cifar", "data_batch_1.bin", "3000 bytes");
  }

  @Test
  void fashionMnistIsReadFromItsDirectoryAndItsTestFile() {
    Path real = TestImages.real("fashion-mnist");
    ImageSet training = TestImages.open("auto", real, 28, 1);
    assertThat(training.count()).isEqualTo(60_000);
    assertThat(training.labelNames()).hasSize(10);
    assertThat(meanPixel(training)).isBetween(72.93, 72.95); // SOURCE.md of the set
    ImageSet held = TestImages.open("idx", real.resolve("t10k-images-idx3-ubyte.gz"), 28, 1);
    assertThat(held.count()).isEqualTo(10_000);
    assertThat(meanPixel(held)).isBetween(73.14, 73.16);
    int[] counts = new int[10];
    for (int i = 0; i < 10_000; i++) {
      counts[held.label(i)]++;
    }
    assertThat(Arrays.stream(counts)).allMatch(n -> n == 1000);
  }

  private static double meanPixel(ImageSet set) {
    byte[] pixels = new byte[28 * 28];
    long sum = 0;
    for (int i = 0; i < set.count(); i++) {
      set.read(i, pixels, 0);
      for (byte pixel : pixels) {
        sum += pixel & 0xff;
      }
    }
    return (double) sum / set.count() / pixels.length;
  }

  private void refused(String kind, String... words) {
    assertThatThrownBy(() -> TestImages.open(kind, folder, 32, 3))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(words);
  }

  private void write(String name, byte[] bytes, boolean gzip) throws IOException {
    Path file = folder.resolve(gzip ? name + ".gz" : name);
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = gzip ? new GZIPOutputStream(raw) : raw) {
      out.write(bytes);
    }
  }

  private static byte[] idx(int magic, int[] dimensions, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * dimensions.length + values.length);
    bytes.putInt(magic);
    Arrays.stream(dimensions).forEach(bytes::putInt);
    Arrays.stream(values).forEach(value -> bytes.put((byte) value));
    return bytes.array();
  }

  /** A record of label, red = value, green and blue = value + 1. */
  private static byte[] cifar(int label, int value) {
    byte[] bytes = new byte[3073];
    Arrays.fill(bytes, 1, 1025, (byte) value);
    Arrays.fill(bytes, 1025, 3073, (byte) (value + 1));
    bytes[0] = (byte) label;
    return bytes;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
