package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuationTest {

  @TempDir Path folder;
  private RunDirectory run;

  @BeforeEach
  void aRunIsStarted() throws IOException {
    run = new RunDirectory(folder);
    run.keep(Configuration.preset("shapes", List.of("gnomon.noise-levels=code")));
  }

  @Test
  void aRunGoesOnUnderTheConfigurationItKept() {
    assertThatCode(() -> check(Configuration.load(List.of(run.configuration()), List.of())))
        .doesNotThrowAnyException();
  }

  @Test
  void whereAndHowItIsWatchedMayChange() {
    assertThatCode(
            () ->
                check(
                    Configuration.load(
                        List.of(run.configuration()),
                        List.of(
                            "gnomon.threads=1",
                            "gnomon.memory.check=false",
                            "gnomon.roles.evaluator.instances=2",
                            "gnomon.evaluate.samples=64",
                            "gnomon.checkpoint.keep-newest=9"))))
        .doesNotThrowAnyException();
  }

  @Test
  void whatTheNumbersDependOnMayNot() {
    assertThatThrownBy(
            () ->
                check(
                    Configuration.load(
                        List.of(run.configuration()),
                        List.of(
                            "gnomon.steps=9999", "gnomon.path=ve", "gnomon.noise-levels=paper"))))
        .isInstanceOf(InvalidConfiguration.class)
        .hasMessageContaining(
            "gnomon.steps: is %d in this run, but 9999 now"
                .formatted(run.startedWith().getLong("gnomon.steps")))
        .hasMessageContaining("gnomon.path: is linear in this run, but ve now")
        .hasMessageContaining("gnomon.noise-levels: is code in this run, but paper now")
        .hasMessageContaining("choose another --run");
  }

  @Test
  void aKeyThatCameAfterTheRunWasBegunHasItsDefaultThere() {
    Config older = run.startedWith().withoutPath("gnomon.accumulate");
    assertThatCode(() -> Continuation.check(older, run.startedWith(), run.configuration()))
        .doesNotThrowAnyException();
    Config now = Configuration.kept(older, List.of("gnomon.accumulate=2"));
    assertThatThrownBy(() -> Continuation.check(older, now, run.configuration()))
        .hasMessageContaining("gnomon.accumulate: is 1 in this run, but 2 now");
  }

  @Test
  void aManifestThatKeepsNumbersAsTextMeansTheSame() {
    Map<String, String> flat = new TreeMap<>();
    run.startedWith()
        .entrySet()
        .forEach(entry -> flat.put(entry.getKey(), entry.getValue().unwrapped().toString()));
    assertThatCode(
            () ->
                Continuation.check(
                    ConfigFactory.parseMap(flat), run.startedWith(), run.configuration()))
        .doesNotThrowAnyException();
  }

  private void check(Config now) {
    Continuation.check(run.startedWith(), now, run.configuration());
  }
}
