package dev.gnomon.model.checkpoint;

import dev.gnomon.model.engine.SafetensorsImage;
import dev.gnomon.model.engine.WeightSet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Weights ready to go to another process: their bytes as a safetensors file, and its checksums. */
public record Parcel(SafetensorsImage image, ChunkIndex index) {

  /** The parcel of {@code weights}, in their own memory. Reads them once, with all cores. */
  public static Parcel of(WeightSet weights) {
    SafetensorsImage image = SafetensorsImage.of(weights, Map.of());
    return new Parcel(image, ChunkIndex.of(image.size(), image::range));
  }

  /** What tells it from any other: the digest of its index. */
  public String digest() {
    return index.digest();
  }

  /** The bytes of a chunk, as views of where they lie. */
  public List<ByteBuffer> chunk(int chunk) {
    return image.range(ChunkIndex.from(chunk), index.bytes(chunk));
  }

  /** Those bytes of a chunk that lie behind the file's head. */
  public List<ByteBuffer> behindHead(int chunk) {
    long from = Math.max(ChunkIndex.from(chunk), image.headBytes());
    long to = ChunkIndex.from(chunk) + index.bytes(chunk);
    return from < to ? image.range(from, (int) (to - from)) : List.of();
  }
}
