package dev.gnomon.actors.evaluator;

import static dev.gnomon.actors.stage.Stage.FIRST;
import static dev.gnomon.actors.stage.Stage.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.actors.stage.Stage;
import dev.gnomon.protocol.Begin;
import dev.gnomon.protocol.Begun;
import dev.gnomon.protocol.BlockFailed;
import dev.gnomon.protocol.BlockKind;
import dev.gnomon.protocol.Evaluate;
import dev.gnomon.protocol.EvaluateBlock;
import dev.gnomon.protocol.EvaluatorMessage;
import dev.gnomon.protocol.Failed;
import dev.gnomon.protocol.Halt;
import dev.gnomon.protocol.Idle;
import dev.gnomon.protocol.Lineage;
import dev.gnomon.protocol.ReferenceFeatures;
import dev.gnomon.protocol.Role;
import dev.gnomon.protocol.SampleFeatures;
import dev.gnomon.protocol.Scored;
import dev.gnomon.protocol.ScorerMessage;
import dev.gnomon.protocol.Start;
import dev.gnomon.protocol.Wiring;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorerTest {

  private final Stage stage = new Stage();
  private final TestProbe<EvaluatorMessage> first = stage.kit.createTestProbe("first");
  private final TestProbe<EvaluatorMessage> second = stage.kit.createTestProbe("second");
  private final List<String> folded = new CopyOnWriteArrayList<>();
  private volatile boolean broken;
  private ActorRef<ScorerMessage> scorer;

  /** Remembers in which order blocks were folded. */
  private final class MadeUpScores implements ScorerWork {
    private long step;

    @Override
    public void begin(long newStep) {
      step = newStep;
      folded.clear();
    }

    @Override
    public void samples(SampleFeatures block) {
      folded.add("sample " + block.block());
    }

    @Override
    public void reference(ReferenceFeatures block) {
      folded.add("real " + block.block());
    }

    @Override
    public Scores finish() {
      if (broken) {
        throw new IllegalStateException("no eigenvalues");
      }
      return new Scores(Map.of("fd", (double) step), List.of("picture.png"));
    }

    @Override
    public void close() {}
  }

  @AfterEach
  void close() {
    stage.close();
  }

  /** A scorer of three blocks of samples and one of real images that changes. */
  private void open() {
    open(1);
  }

  private void open(long realBlocks) {
    scorer =
        stage.spawn(
            Scorer.create(
                stage.identity(Role.EVALUATOR, false),
                new Scorer.Parts(3, realBlocks, 1, 2, MadeUpScores::new)));
    stage.coordinator.expectMessageClass(Idle.class);
  }

  private void begin(Lineage lineage, List<TestProbe<EvaluatorMessage>> evaluators) {
    Wiring wiring = stage.wiring();
    scorer.tell(
        new Begin(
            lineage,
            Start.fromScratch(),
            new Wiring(
                wiring.coordinator(),
                wiring.loaders(),
                wiring.trainers(),
                wiring.teachers(),
                wiring.assigners(),
                wiring.checkpointers(),
                evaluators.stream().map(TestProbe::ref).toList(),
                List.of(scorer))));
    stage.coordinator.expectMessageClass(Begun.class);
  }

  /** Blocks of 64, of which 32 are on the map of features. */
  @ParameterizedTest
  @CsvSource({"none,32", "labels,32", "bootstrap,64", "bootstrap-patch,64"})
  void allRealImagesAreLookedAtAgainWhereTheirCodesMayHaveChanged(String source, long blocks) {
    RunSettings settings =
        RunSettings.from(
            Configuration.preset(
                "shapes",
                List.of("gnomon.condition.source=" + source, "gnomon.evaluate.reference=4096")));
    assertThat(Scorer.changing(settings)).isEqualTo(blocks);
  }

  private void begin() {
    open();
    begin(FIRST, List.of(first));
  }

  private void evaluate(long step) {
    scorer.tell(new Evaluate(FIRST, step, "step-" + step));
  }

  private EvaluateBlock ordered(TestProbe<EvaluatorMessage> evaluator) {
    return evaluator.expectMessageClass(EvaluateBlock.class);
  }

  private void answer(EvaluateBlock order) {
    scorer.tell(
        order.kind() == BlockKind.SAMPLES
            ? new SampleFeatures(
                order.lineage(),
                order.step(),
                order.block(),
                new float[1],
                new byte[1],
                new int[1],
                1)
            : new ReferenceFeatures(
                order.lineage(),
                order.step(),
                order.block(),
                new float[1],
                new byte[1],
                new int[1],
                new int[1]));
  }

  private void answerAll(int blocks) {
    for (int i = 0; i < blocks; i++) {
      answer(ordered(first));
    }
  }

  @Test
  void scoresACheckpointBlockAfterBlock() {
    begin();
    evaluate(4);
    EvaluateBlock order = ordered(first);
    assertThat(order.directory()).isEqualTo("step-4");
    assertThat(order.kind()).isEqualTo(BlockKind.REFERENCE);
    first.expectNoMessage(Duration.ofMillis(30)); // one at a time
    answer(order);
    answerAll(3);
    Scored scored = stage.coordinator.expectMessageClass(Scored.class);
    assertThat(scored.step()).isEqualTo(4);
    assertThat(scored.scores()).containsEntry("fd", 4.0);
    assertThat(scored.pictures()).containsExactly("picture.png");
  }

  @Test
  void foldsInTheOrderOfTheBlocksWhoeverIsFaster() {
    open();
    begin(FIRST, List.of(first, second));
    evaluate(4);
    EvaluateBlock real = ordered(first);
    EvaluateBlock zero = ordered(second);
    answer(real);
    EvaluateBlock one = ordered(first);
    answer(one);
    EvaluateBlock two = ordered(first);
    answer(two);
    answer(zero);
    stage.coordinator.expectMessageClass(Scored.class);
    assertThat(folded).containsExactly("real 0", "sample 0", "sample 1", "sample 2");
  }

  @Test
  void anAnswerThatComesTwiceIsFoldedOnce() {
    begin();
    evaluate(4);
    EvaluateBlock real = ordered(first);
    answer(real);
    answer(real);
    answerAll(3);
    stage.coordinator.expectMessageClass(Scored.class);
    assertThat(folded).hasSize(4);
  }

  @Test
  void aBlockThatTakesTooLongGoesToAnotherEvaluator() {
    open();
    begin(FIRST, List.of(first, second));
    evaluate(4);
    EvaluateBlock late = ordered(first);
    answer(ordered(second));
    EvaluateBlock one = ordered(second);
    answer(one);
    EvaluateBlock two = ordered(second);
    answer(two);
    for (int i = 0; i < 3; i++) {
      stage.tick();
    }
    EvaluateBlock again = ordered(second);
    assertThat(again.kind()).isEqualTo(late.kind());
    answer(again);
    answer(late);
    stage.coordinator.expectMessageClass(Scored.class);
    assertThat(folded).hasSize(4);
  }

  @Test
  void anEvaluatorThatForgotItsBlockOrNeverHeardOfItIsToldAgain() {
    begin();
    evaluate(4);
    EvaluateBlock order = ordered(first);

    stage.tick();

    assertThat(ordered(first)).isEqualTo(order);
    answer(order);
    answer(order);
    answerAll(3);
    stage.coordinator.expectMessageClass(Scored.class);
    assertThat(folded).hasSize(4);
  }

  @Test
  void blocksOfAnEvaluatorThatIsGoneGoToTheOthers() {
    open();
    begin(FIRST, List.of(first, second));
    evaluate(4);
    ordered(first);
    answer(ordered(second));
    ordered(second);
    begin(FIRST, List.of(second));
    answer(new EvaluateBlock(FIRST, 4, "", BlockKind.SAMPLES, 1, scorer));
    assertThat(ordered(second).kind()).isEqualTo(BlockKind.REFERENCE);
  }

  @Test
  void anEvaluatorThatComesLateHelps() {
    begin();
    evaluate(4);
    ordered(first);
    begin(FIRST, List.of(first, second));
    assertThat(ordered(second).kind()).isEqualTo(BlockKind.SAMPLES);
  }

  @Test
  void aBlockThatFailedIsTriedAgainAndThenTheCheckpointIsGivenUp() {
    begin();
    evaluate(4);
    for (int attempt = 1; attempt <= 3; attempt++) {
      EvaluateBlock order = ordered(first);
      LoggingTestKit.warn(
              "event=block-failed actor=scorer step=4 kind=REFERENCE block=0 cause=broken")
          .withLoggerName("gnomon.supervision")
          .expect(
              stage.kit.system(),
              () -> {
                scorer.tell(new BlockFailed(FIRST, 4, order.kind(), order.block(), "broken"));
                return null;
              });
    }
    Failed failed = stage.coordinator.expectMessageClass(Failed.class);
    assertThat(failed.step()).isEqualTo(4);
    assertThat(failed.cause()).contains("failed 3 times: broken");
    evaluate(8);
    assertThat(ordered(first).step()).isEqualTo(8);
  }

  @Test
  void anEvaluationThatIsOrderedTwiceIsDoneOnceAndItsScoresAreToldAgain() {
    begin();
    evaluate(4);
    evaluate(4);
    answerAll(4);
    Scored scored = stage.coordinator.expectMessageClass(Scored.class);
    first.expectNoMessage(Duration.ofMillis(30));
    evaluate(4); // the scores were lost
    assertThat(stage.coordinator.expectMessageClass(Scored.class)).isEqualTo(scored);
    first.expectNoMessage(Duration.ofMillis(30));
  }

  @Test
  void aNewerCheckpointTakesThePlaceOfTheOneInWorkAndALateOrderDoesNot() {
    begin();
    evaluate(4);
    EvaluateBlock old = ordered(first);
    evaluate(8);
    assertThat(ordered(first).step()).isEqualTo(8);
    answer(old);
    evaluate(4);
    first.expectNoMessage(Duration.ofMillis(30));
  }

  @Test
  void realImagesThatDoNotChangeAreLookedAtOnce() {
    open(2);
    begin(FIRST, List.of(first));
    evaluate(4);
    answerAll(5);
    stage.coordinator.expectMessageClass(Scored.class);
    evaluate(8);
    answerAll(4);
    stage.coordinator.expectMessageClass(Scored.class);
  }

  @Test
  void realImagesAreLookedAtForEachCheckpoint() {
    begin();
    evaluate(4);
    answerAll(4);
    stage.coordinator.expectMessageClass(Scored.class);
    evaluate(8);
    assertThat(ordered(first).kind()).isEqualTo(BlockKind.REFERENCE);
  }

  @Test
  void aNewLineageDropsTheEvaluationInWork() {
    begin();
    evaluate(4);
    EvaluateBlock old = ordered(first);
    begin(SECOND, List.of(first));
    answer(old);
    first.expectNoMessage(Duration.ofMillis(30));
    scorer.tell(new Evaluate(SECOND, 4, "step-4"));
    assertThat(ordered(first).lineage()).isEqualTo(SECOND);
    answer(new EvaluateBlock(SECOND, 4, "", BlockKind.REFERENCE, 0, scorer));
    List<EvaluateBlock> rest = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rest.add(ordered(first));
      answer(rest.get(i));
    }
    assertThat(stage.coordinator.expectMessageClass(Scored.class).lineage()).isEqualTo(SECOND);
  }

  @Test
  void aFailureRestartsItAndTheCheckpointIsScoredFromTheStart() {
    begin();
    broken = true;
    evaluate(4);
    answerAll(4);
    assertThat(stage.coordinator.expectMessageClass(Idle.class).cause()).contains("no eigenvalues");
    broken = false;
    begin(FIRST, List.of(first));
    evaluate(4);
    answerAll(4);
    stage.coordinator.expectMessageClass(Scored.class);
    assertThat(folded).hasSize(4);
  }

  @Test
  void aHaltedLineageIsNotScored() {
    begin();
    scorer.tell(new Halt(FIRST));
    evaluate(4);
    first.expectNoMessage(Duration.ofMillis(30));
  }
}
