package dev.gnomon.model.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzWriterTest {

  @TempDir Path folder;

  private static Map<String, byte[]> entries(Path file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (var entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  private static String header(byte[] array) {
    return new String(array, 10, 118, StandardCharsets.US_ASCII).strip();
  }

  @Test
  void imagesStandInRowsOfPixelsAndCodesBesideThem() throws IOException {
    Path file = folder.resolve("samples.npz");
    try (NpzWriter npz = new NpzWriter(file, 2, 2, 3)) {
      npz.append(new byte[] {1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24}, 0);
      npz.append(new byte[] {0, 5, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 7}, 1);
      assertThat(file).doesNotExist();
      npz.finish(new int[] {3, 0});
    }
    Map<String, byte[]> entries = entries(file);
    assertThat(entries).containsOnlyKeys("arr_0.npy", "arr_1.npy");
    byte[] images = entries.get("arr_0.npy");
    assertThat(header(images))
        .isEqualTo("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2, 2, 3), }");
    byte[] pixels = {
      1, 11, 21, 2, 12, 22, 3, 13, 23, 4, 14, 24, 5, 6, 7, 5, 6, 7, 5, 6, 7, 5, 6, 7
    };
    assertThat(images).hasSize(128 + 24).endsWith(pixels);
    ByteBuffer codes =
        ByteBuffer.wrap(entries.get("arr_1.npy"), 128, 16).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(codes.getLong()).isEqualTo(3);
    assertThat(codes.getLong()).isZero();
    assertThat(header(entries.get("arr_1.npy"))).contains("'<i8'", "(2,)");
  }

  @Test
  void withoutCodesThereAreImagesAlone() throws IOException {
    Path file = folder.resolve("plain.npz");
    try (NpzWriter npz = new NpzWriter(file, 1, 1, 1)) {
      npz.append(new byte[] {-1}, 0);
      npz.finish(new int[0]);
    }
    assertThat(entries(file)).containsOnlyKeys("arr_0.npy");
  }

  @Test
  void aFileThatLacksImagesIsNoFile() throws IOException {
    Path file = folder.resolve("cut.npz");
    try (NpzWriter npz = new NpzWriter(file, 2, 1, 1)) {
      npz.append(new byte[] {1}, 0);
      assertThatThrownBy(() -> npz.finish(new int[0])).hasMessageContaining("1 images are missing");
    }
    try (NpzWriter npz = new NpzWriter(file, 0, 1, 1)) {
      assertThatThrownBy(() -> npz.append(new byte[1], 0)).hasMessageContaining("too many");
    }
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
