package dev.gnomon.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchReaderTest {

  /** Image i is [[i, 1], [2, 3]] in each channel, its label i mod 5. */
  private static final ImageSet NUMBERED =
      new ImageSet() {
        @Override
        public String description() {
          return "numbered";
        }

        @Override
        public int count() {
          return 100;
        }

        @Override
        public int channels() {
          return 3;
        }

        @Override
        public int size() {
          return 2;
        }

        @Override
        public long bytes() {
          return 0;
        }

        @Override
        public List<String> labelNames() {
          return List.of("0", "1", "2", "3", "4");
        }

        @Override
        public int label(int index) {
          return index % 5;
        }

        @Override
        public void read(int index, byte[] into, int offset) {
          for (int at = offset; at < offset + 12; at += 4) {
            into[at] = (byte) index;
            into[at + 1] = 1;
            into[at + 2] = 2;
            into[at + 3] = 3;
          }
        }
      };

  private final BatchReader plain = reader(false);
  private final BatchReader flipping = reader(true);

  @Test
  void aBatchHoldsTheImagesAndLabelsOfItsIds() {
    ImageBatch batch = plain.batch(3);
    assertThat(batch.step()).isEqualTo(3);
    assertThat(batch.ids()).isEqualTo(new BatchOrder(9, 100, 30).ids(3));
    for (int row = 0; row < batch.count(); row++) {
      int id = (int) batch.ids()[row];
      assertThat(batch.labels()[row]).isEqualTo(id % 5);
      assertThat(image(batch, row))
          .containsExactly((byte) id, 1, 2, 3, (byte) id, 1, 2, 3, (byte) id, 1, 2, 3);
    }
  }

  @Test
  void aboutHalfTheImagesAreMirroredAndTheOthersLeftAlone() {
    int mirrored = 0;
    for (long step = 0; step < 50; step++) {
      ImageBatch batch = flipping.batch(step);
      for (int row = 0; row < batch.count(); row++) {
        byte id = (byte) batch.ids()[row];
        byte[] image = image(batch, row);
        if (image[2] == 3) {
          mirrored++;
          assertThat(image).containsExactly(1, id, 3, 2, 1, id, 3, 2, 1, id, 3, 2);
        } else {
          assertThat(image).containsExactly(id, 1, 2, 3, id, 1, 2, 3, id, 1, 2, 3);
        }
      }
    }
    assertThat(mirrored).isBetween(650, 850); // of 1500: within five deviations
  }

  @Test
  void aBatchIsTheSameWhenReadAgainByAnotherReader() {
    byte[] once = flipping.batch(41).pixels();
    flipping.batch(2);
    assertThat(flipping.batch(41).pixels()).isEqualTo(once);
    assertThat(reader(true).batch(41).pixels()).isEqualTo(once);
  }

  @Test
  void referenceBlocksHoldEachImageOnceAndAreNeverMirrored() {
    ImageBatch first = flipping.reference(0);
    ImageBatch second = flipping.reference(1);
    assertThat(first.count()).isEqualTo(64);
    assertThat(second.count()).isEqualTo(36);
    Set<Long> seen = new HashSet<>();
    for (ImageBatch block : List.of(first, second)) {
      Arrays.stream(block.ids()).forEach(seen::add);
      for (int row = 0; row < block.count(); row++) {
        assertThat(image(block, row)[2]).isEqualTo((byte) 2);
      }
    }
    assertThat(seen).hasSize(100);
    assertThat(first.ids()).isNotEqualTo(Arrays.stream(first.ids()).sorted().toArray());
    assertThatThrownBy(() -> flipping.reference(2)).hasMessageContaining("blocks 0 to 1");
  }

  @Test
  void referencesAreCountedInWholeBlocksUpToTheSet() {
    assertThat(plain.referenceCount(1)).isEqualTo(64);
    assertThat(plain.referenceCount(64)).isEqualTo(64);
    assertThat(plain.referenceCount(65)).isEqualTo(100);
    assertThat(plain.referenceCount(5000)).isEqualTo(100);
  }

  private static BatchReader reader(boolean flip) {
    return new BatchReader(NUMBERED, new BatchOrder(9, 100, 30), 9, flip);
  }

  private static byte[] image(ImageBatch batch, int row) {
    return Arrays.copyOfRange(batch.pixels(), row * 12, (row + 1) * 12);
  }
}
