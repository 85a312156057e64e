package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.cluster.ConfigValidation;
import akka.cluster.Invalid;
import akka.cluster.JoinConfigCompatChecker$;
import akka.cluster.Valid$;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.jdk.javaapi.CollectionConverters;

class SameRunTest {

  private final SameRun check = new SameRun();

  /** A preset as a joining node sends it: those of its keys that Akka is told to send, as text. */
  private Config sent(Config config) {
    Config filtered =
        JoinConfigCompatChecker$.MODULE$.filterWithKeys(check.requiredKeys(), config.resolve());
    return ConfigFactory.parseString(filtered.root().render());
  }

  private ConfigValidation joins(Config joining, Config ours) {
    return check.check(sent(joining), ours);
  }

  private static Config preset(String name, String... sets) {
    List<String> all = new ArrayList<>(List.of(sets));
    if (!name.equals("shapes")) { // which are built in
      all.add("gnomon.data.path=/images");
    }
    return Configuration.preset(name, all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"shapes", "fashion-mnist", "image-folder"})
  void aNodeOfTheSamePresetJoins(String preset) {
    assertThat(joins(preset(preset), preset(preset))).isEqualTo(Valid$.MODULE$);
    assertThat(joins(preset(preset, "gnomon.noise-levels=paper"), preset(preset)))
        .isInstanceOf(Invalid.class);
    assertThat(joins(preset(preset), preset(preset, "gnomon.noise-levels=paper")))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void aNodeOfTheDefaultLevelsJoins() {
    Config paper = preset("shapes", "gnomon.noise-levels=paper");
    assertThat(joins(paper, paper)).isEqualTo(Valid$.MODULE$);
  }

  @Test
  void whoeverTrainsAnotherRunIsToldWhichKeys() {
    ConfigValidation answer =
        joins(
            preset("shapes", "gnomon.seed=5", "gnomon.path=vp", "gnomon.noise-levels.teacher=0.3"),
            preset("shapes"));
    assertThat(answer).isInstanceOf(Invalid.class);
    assertThat(CollectionConverters.asJava(((Invalid) answer).errorMessages()))
        .containsExactly(
            "gnomon.noise-levels.teacher is 0.3 there, 0.2 here",
            "gnomon.path is vp there, linear here",
            "gnomon.seed is 5 there, 1 here");
  }

  @Test
  void whoeverScoresOtherwiseIsToldSoAndHowOftenIsHisAffair() {
    ConfigValidation answer =
        joins(
            preset("shapes", "gnomon.evaluate.steps=7", "gnomon.guidance.strength=0"),
            preset("shapes"));
    assertThat(CollectionConverters.asJava(((Invalid) answer).errorMessages()))
        .hasSize(2)
        .anyMatch(fault -> fault.startsWith("gnomon.evaluate.steps is 7 there"))
        .anyMatch(fault -> fault.startsWith("gnomon.guidance.strength is 0 there"));
    assertThat(joins(preset("shapes", "gnomon.evaluate.every=0"), preset("shapes")))
        .isEqualTo(Valid$.MODULE$);
  }

  @Test
  void codesMayLieElsewhereButMustBeTheSame() {
    String kmeans = "gnomon.condition.source=kmeans";
    String digest = "gnomon.condition.codes-digest=" + "0".repeat(64);
    Config ours = preset("shapes", kmeans, digest, "gnomon.condition.codes=/here");
    Config same = preset("shapes", kmeans, digest, "gnomon.condition.codes=/there");
    Config other =
        preset("shapes", kmeans, digest.replace("00", "ab"), "gnomon.condition.codes=/here");
    assertThat(joins(same, ours)).isEqualTo(Valid$.MODULE$);
    assertThat(joins(other, ours)).isInstanceOf(Invalid.class);
  }

  @Test
  void whereWorkIsDoneMayDiffer() {
    Config apart = preset("shapes", "gnomon.roles.trainer.device=gpu0", "gnomon.threads=3");
    assertThat(joins(apart, preset("shapes"))).isEqualTo(Valid$.MODULE$);
  }

  /** A node whose folder has checkpoints and no configuration takes that of the newest. */
  @Test
  void whatACheckpointKeepsOfARunIsTheSameRun() {
    Config ours = Configuration.load(List.of(), List.of());
    Config kept =
        Configuration.kept(
            ConfigFactory.parseMap(Map.of("gnomon.seed", "1", "gnomon.ema-decay", "0.9999")),
            List.of());
    assertThat(joins(kept, ours)).isEqualTo(Valid$.MODULE$);
    assertThat(joins(ours, kept)).isEqualTo(Valid$.MODULE$);
  }
}
