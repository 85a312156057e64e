package dev.gnomon.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.SerializationExtension;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Batch;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Taps;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageSizesTest {

  /** The paper's: 512 latents of 4 x 32 x 32 in 256 patches, U-ViT-L. */
  private static final String[] LARGE = {
    "gnomon.condition.source=bootstrap-patch",
    "gnomon.batch-size=512",
    "gnomon.data.size=32",
    "gnomon.model.patch=2",
    "gnomon.model.width=1024"
  };

  private static RunSettings settings(String[] sets, String... more) {
    List<String> all = Stream.concat(Arrays.stream(sets), Arrays.stream(more)).toList();
    return RunSettings.from(Configuration.load(List.of(), all));
  }

  @Test
  void aNodeThatWouldSendFeaturesThatNoMessageHoldsIsRefusedWithWhatToChange() {
    RunSettings settings = settings(LARGE);
    for (Role role : List.of(Role.TRAINER, Role.TEACHER, Role.ASSIGNER)) {
      for (Set<Role> roles : List.of(EnumSet.of(role), EnumSet.complementOf(EnumSet.of(role)))) {
        assertThatThrownBy(() -> MessageSizes.check(settings, roles))
            .isInstanceOf(InvalidConfiguration.class)
            .hasMessageContaining("gnomon.wire.max-bytes: is 8,388,608 bytes")
            .hasMessageContaining("(512 images, 256 a piece, of width 1024)")
            .hasMessageContaining("give one node all of trainer, teacher and assigner");
      }
    }
  }

  @Test
  void insideOneProcessOrWithRoomOrWithoutFeaturesAnythingFits() {
    Set<Role> teacher = EnumSet.of(Role.TEACHER);
    Set<Role> three = EnumSet.of(Role.TRAINER, Role.TEACHER, Role.ASSIGNER);
    Set<Role> others = EnumSet.of(Role.COORDINATOR, Role.DATA, Role.EVALUATOR);
    assertThatCode(
            () -> {
              MessageSizes.check(settings(LARGE), three);
              MessageSizes.check(settings(LARGE), EnumSet.allOf(Role.class));
              MessageSizes.check(settings(LARGE), others);
              MessageSizes.check(settings(LARGE, "gnomon.wire.max-bytes=600 MiB"), teacher);
              MessageSizes.check(settings(LARGE, "gnomon.condition.source=labels"), teacher);
              MessageSizes.check(settings(LARGE, "gnomon.condition.source=bootstrap"), teacher);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aNodeThatWouldSendImagesThatNoMessageHoldsIsRefusedWithWhatToChange() {
    String[] many = {"gnomon.batch-size=512", "gnomon.data.size=96"};
    for (Role role : List.of(Role.DATA, Role.TRAINER, Role.TEACHER)) {
      assertThatThrownBy(() -> MessageSizes.check(settings(many), EnumSet.of(role)))
          .hasMessageContaining("the 512 images of a batch are 14,164,992")
          .hasMessageContaining("give one node all of data, trainer and teacher");
    }
    Set<Role> three = EnumSet.of(Role.TRAINER, Role.TEACHER, Role.DATA);
    String[] large = {"gnomon.batch-size=8", "gnomon.data.size=256", "gnomon.model.patch=8"};
    for (Role role : List.of(Role.DATA, Role.EVALUATOR)) {
      assertThatThrownBy(() -> MessageSizes.check(settings(large), EnumSet.of(role)))
          .hasMessageContaining("the 64 images of a block that is scored")
          .hasMessageContaining("gnomon.evaluate.every = 0");
    }
    assertThatCode(
            () -> {
              MessageSizes.check(settings(many), three);
              MessageSizes.check(settings(many), EnumSet.of(Role.EVALUATOR));
              MessageSizes.check(
                  settings(large, "gnomon.evaluate.every=0"), EnumSet.of(Role.EVALUATOR));
              MessageSizes.check(settings(large), EnumSet.allOf(Role.class));
            })
        .doesNotThrowAnyException();
  }

  /** What goes back to the trainer: codes, and each row they name once. */
  @Test
  void conditionsOfThePapersPatchesFitIntoAMessage() {
    Conditions conditions =
        new Conditions(
            new Lineage("a-run", 1), 7, 7, new int[512 * 256], new int[300], new float[300 * 1024]);
    assertThat(bytes(conditions)).isLessThan(2 << 20);
  }

  @Test
  void noMessageIsLargerThanIsSaid() {
    for (String source : List.of("bootstrap", "bootstrap-patch")) {
      TrainingSettings training =
          settings(new String[] {"gnomon.condition.source=" + source}).training();
      int images = training.batchSize();
      int codes = images * training.codesPerImage();
      Taps taps =
          new Taps(
              new Lineage("a-run", Long.MAX_VALUE),
              Long.MAX_VALUE,
              new float[codes * training.network().width()],
              new float[images],
              new int[images],
              new int[codes],
              new long[images],
              true);
      int values = training.network().values();
      Batch batch =
          new Batch(
              new Lineage("a-run", Long.MAX_VALUE),
              Long.MAX_VALUE,
              training.network().channels(),
              training.network().imageSize(),
              new byte[images * values],
              new long[images],
              new int[images],
              new int[images]);
      ReferenceFeatures block =
          new ReferenceFeatures(
              new Lineage("a-run", Long.MAX_VALUE),
              Long.MAX_VALUE,
              Long.MAX_VALUE,
              new float[64 * 4096],
              new byte[64 * values],
              new int[64 * training.codesPerImage()],
              new int[64],
              new float[64 * training.codesPerImage()],
              new float[64 * training.network().width()]);
      assertThat(MessageSizes.taps(training)).isBetween(bytes(taps), bytes(taps) + 1024);
      assertThat(MessageSizes.batch(training)).isBetween(bytes(batch), bytes(batch) + 1024);
      assertThat(MessageSizes.block(training)).isBetween(bytes(block), bytes(block) + 2048);
    }
  }

  private static long bytes(Object message) {
    ActorTestKit kit = ActorTestKit.create();
    int bytes = SerializationExtension.get(kit.system()).serialize(message).get().length;
    kit.shutdownTestKit();
    return bytes;
  }
}
