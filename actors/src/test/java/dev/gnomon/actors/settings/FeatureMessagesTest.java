package dev.gnomon.actors.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.SerializationExtension;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Conditions;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.Taps;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FeatureMessagesTest {

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
        assertThatThrownBy(() -> FeatureMessages.check(settings, roles))
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
              FeatureMessages.check(settings(LARGE), three);
              FeatureMessages.check(settings(LARGE), EnumSet.allOf(Role.class));
              FeatureMessages.check(settings(LARGE), others);
              FeatureMessages.check(settings(LARGE, "gnomon.wire.max-bytes=600 MiB"), teacher);
              FeatureMessages.check(settings(LARGE, "gnomon.condition.source=labels"), teacher);
              FeatureMessages.check(settings(LARGE, "gnomon.condition.source=bootstrap"), teacher);
            })
        .doesNotThrowAnyException();
  }

  /** What goes back to the trainer: codes, and each row they name once. */
  @Test
  void conditionsOfThePapersPatchesFitIntoAMessage() {
    Conditions conditions =
        new Conditions(
            new Lineage("a-run", 1), 7, 7, new int[512 * 256], new int[300], new float[300 * 1024]);
    ActorTestKit kit = ActorTestKit.create();
    int bytes = SerializationExtension.get(kit.system()).serialize(conditions).get().length;
    kit.shutdownTestKit();
    assertThat(bytes).isLessThan(2 << 20);
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
      ActorTestKit kit = ActorTestKit.create();
      int bytes = SerializationExtension.get(kit.system()).serialize(taps).get().length;
      kit.shutdownTestKit();
      assertThat(FeatureMessages.bytes(training)).isBetween((long) bytes, bytes + 1024L);
    }
  }
}
