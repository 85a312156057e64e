package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.CoordinatorProto;
import java.util.List;

/**
 * {@code coordinator.proto}: what the run's coordinator is told, and its answer to StatusRequest.
 */
final class CoordinatorWire {

  private CoordinatorWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "CB",
            Begun.class,
            CoordinatorProto.Begun.parser(),
            m ->
                CoordinatorProto.Begun.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setRole(SharedWire.encode(m.role()))
                    .setActor(m.actor())
                    .setStep(m.step())
                    .build(),
            p ->
                new Begun(
                    SharedWire.decode(p.getLineage()),
                    SharedWire.decode(p.getRole()),
                    p.getActor(),
                    p.getStep())),
        new Mapping<>(
            "CI",
            Idle.class,
            CoordinatorProto.Idle.parser(),
            m ->
                CoordinatorProto.Idle.newBuilder()
                    .setRole(SharedWire.encode(m.role()))
                    .setActor(m.actor())
                    .setLineage(m.lineage())
                    .setCause(m.cause())
                    .build(),
            p ->
                new Idle(
                    SharedWire.decode(p.getRole()), p.getActor(), p.getLineage(), p.getCause())),
        new Mapping<>(
            "CD",
            StepDone.class,
            CoordinatorProto.StepDone.parser(),
            m ->
                CoordinatorProto.StepDone.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setRole(SharedWire.encode(m.role()))
                    .setStep(m.step())
                    .putAllMeasures(m.measures())
                    .build(),
            p ->
                new StepDone(
                    SharedWire.decode(p.getLineage()),
                    SharedWire.decode(p.getRole()),
                    p.getStep(),
                    p.getMeasuresMap())),
        new Mapping<>(
            "CW",
            CheckpointWritten.class,
            CoordinatorProto.CheckpointWritten.parser(),
            m ->
                CoordinatorProto.CheckpointWritten.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setDirectory(m.directory())
                    .setDigest(m.digest())
                    .setSeconds(m.seconds())
                    .setBytes(m.bytes())
                    .build(),
            p ->
                new CheckpointWritten(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getDirectory(),
                    p.getDigest(),
                    p.getSeconds(),
                    p.getBytes())),
        new Mapping<>(
            "CX",
            CheckpointFailed.class,
            CoordinatorProto.CheckpointFailed.parser(),
            m ->
                CoordinatorProto.CheckpointFailed.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setCause(m.cause())
                    .build(),
            p ->
                new CheckpointFailed(SharedWire.decode(p.getLineage()), p.getStep(), p.getCause())),
        new Mapping<>(
            "CS",
            Scored.class,
            CoordinatorProto.Scored.parser(),
            m ->
                CoordinatorProto.Scored.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .putAllScores(m.scores())
                    .addAllPictures(m.pictures())
                    .build(),
            p ->
                new Scored(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getScoresMap(),
                    List.copyOf(p.getPicturesList()))),
        new Mapping<>(
            "CF",
            Failed.class,
            CoordinatorProto.Failed.parser(),
            m ->
                CoordinatorProto.Failed.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setRole(SharedWire.encode(m.role()))
                    .setActor(m.actor())
                    .setStep(m.step())
                    .setCause(m.cause())
                    .build(),
            p ->
                new Failed(
                    SharedWire.decode(p.getLineage()),
                    SharedWire.decode(p.getRole()),
                    p.getActor(),
                    p.getStep(),
                    p.getCause())),
        new Mapping<>(
            "CA",
            Waiting.class,
            CoordinatorProto.Waiting.parser(),
            m ->
                CoordinatorProto.Waiting.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setRole(SharedWire.encode(m.role()))
                    .setActor(m.actor())
                    .setForWhat(m.forWhat())
                    .setStep(m.step())
                    .build(),
            p ->
                new Waiting(
                    SharedWire.decode(p.getLineage()),
                    SharedWire.decode(p.getRole()),
                    p.getActor(),
                    p.getForWhat(),
                    p.getStep())),
        new Mapping<>(
            "OP",
            Pause.class,
            CoordinatorProto.Pause.parser(),
            m -> CoordinatorProto.Pause.getDefaultInstance(),
            p -> new Pause()),
        new Mapping<>(
            "OC",
            Continue.class,
            CoordinatorProto.Continue.parser(),
            m -> CoordinatorProto.Continue.getDefaultInstance(),
            p -> new Continue()),
        new Mapping<>(
            "OK",
            CheckpointNow.class,
            CoordinatorProto.CheckpointNow.parser(),
            m -> CoordinatorProto.CheckpointNow.getDefaultInstance(),
            p -> new CheckpointNow()),
        new Mapping<>(
            "OE",
            EvaluateNow.class,
            CoordinatorProto.EvaluateNow.parser(),
            m -> CoordinatorProto.EvaluateNow.getDefaultInstance(),
            p -> new EvaluateNow()),
        new Mapping<>(
            "OS",
            Stop.class,
            CoordinatorProto.Stop.parser(),
            m -> CoordinatorProto.Stop.getDefaultInstance(),
            p -> new Stop()),
        new Mapping<>(
            "OQ",
            StatusRequest.class,
            CoordinatorProto.StatusRequest.parser(),
            m ->
                CoordinatorProto.StatusRequest.newBuilder()
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p -> new StatusRequest(references.actor(p.getReplyTo()))),
        new Mapping<>(
            "OR",
            RunStatus.class,
            CoordinatorProto.RunStatus.parser(),
            m ->
                CoordinatorProto.RunStatus.newBuilder()
                    .setRun(m.run())
                    .setLineage(m.lineage())
                    .setPhase(m.phase())
                    .setStep(m.step())
                    .setSteps(m.steps())
                    .addAllActors(m.actors().stream().map(CoordinatorWire::encode).toList())
                    .putAllMeasures(m.measures())
                    .build(),
            p ->
                new RunStatus(
                    p.getRun(),
                    p.getLineage(),
                    p.getPhase(),
                    p.getStep(),
                    p.getSteps(),
                    p.getActorsList().stream().map(CoordinatorWire::decode).toList(),
                    p.getMeasuresMap())));
  }

  private static CoordinatorProto.ActorStatus encode(ActorStatus status) {
    return CoordinatorProto.ActorStatus.newBuilder()
        .setRole(SharedWire.encode(status.role()))
        .setActor(status.actor())
        .setState(status.state())
        .setRestarts(status.restarts())
        .setStep(status.step())
        .build();
  }

  private static ActorStatus decode(CoordinatorProto.ActorStatus p) {
    return new ActorStatus(
        SharedWire.decode(p.getRole()), p.getActor(), p.getState(), p.getRestarts(), p.getStep());
  }
}
