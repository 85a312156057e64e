package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.OperatorProto;
import java.util.List;

/** {@code operator.proto}: what operators ask of a run's coordinator, and its answers. */
final class OperatorWire {

  private OperatorWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "OP",
            Pause.class,
            OperatorProto.Pause.parser(),
            m -> OperatorProto.Pause.getDefaultInstance(),
            p -> new Pause()),
        new Mapping<>(
            "OC",
            Continue.class,
            OperatorProto.Continue.parser(),
            m -> OperatorProto.Continue.getDefaultInstance(),
            p -> new Continue()),
        new Mapping<>(
            "OK",
            CheckpointNow.class,
            OperatorProto.CheckpointNow.parser(),
            m -> OperatorProto.CheckpointNow.getDefaultInstance(),
            p -> new CheckpointNow()),
        new Mapping<>(
            "OE",
            EvaluateNow.class,
            OperatorProto.EvaluateNow.parser(),
            m -> OperatorProto.EvaluateNow.getDefaultInstance(),
            p -> new EvaluateNow()),
        new Mapping<>(
            "OS",
            Stop.class,
            OperatorProto.Stop.parser(),
            m -> OperatorProto.Stop.getDefaultInstance(),
            p -> new Stop()),
        new Mapping<>(
            "OV",
            Change.class,
            OperatorProto.Change.parser(),
            OperatorWire::encode,
            OperatorWire::decode),
        new Mapping<>(
            "OW",
            OperatorRequest.class,
            OperatorProto.OperatorRequest.parser(),
            m -> encode(m.wish()).setReplyTo(references.name(m.replyTo())).build(),
            p -> new OperatorRequest(decode(p), references.actor(p.getReplyTo()))),
        new Mapping<>(
            "OA",
            OperatorAnswer.class,
            OperatorProto.OperatorAnswer.parser(),
            m ->
                OperatorProto.OperatorAnswer.newBuilder()
                    .setGranted(m.granted())
                    .setWords(m.words())
                    .build(),
            p -> new OperatorAnswer(p.getGranted(), p.getWords())),
        new Mapping<>(
            "OQ",
            StatusRequest.class,
            OperatorProto.StatusRequest.parser(),
            m ->
                OperatorProto.StatusRequest.newBuilder()
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p -> new StatusRequest(references.actor(p.getReplyTo()))),
        new Mapping<>(
            "OR",
            RunStatus.class,
            OperatorProto.RunStatus.parser(),
            OperatorWire::encode,
            OperatorWire::decode));
  }

  private static OperatorProto.Change encode(Change change) {
    return OperatorProto.Change.newBuilder().addAllSets(change.sets()).build();
  }

  private static Change decode(OperatorProto.Change p) {
    return new Change(List.copyOf(p.getSetsList()));
  }

  private static OperatorProto.OperatorRequest.Builder encode(OperatorWish wish) {
    OperatorProto.OperatorRequest.Builder p = OperatorProto.OperatorRequest.newBuilder();
    if (wish instanceof Pause) {
      return p.setPause(OperatorProto.Pause.getDefaultInstance());
    } else if (wish instanceof Continue) {
      return p.setContinue(OperatorProto.Continue.getDefaultInstance());
    } else if (wish instanceof CheckpointNow) {
      return p.setCheckpointNow(OperatorProto.CheckpointNow.getDefaultInstance());
    } else if (wish instanceof EvaluateNow) {
      return p.setEvaluateNow(OperatorProto.EvaluateNow.getDefaultInstance());
    } else if (wish instanceof Stop) {
      return p.setStop(OperatorProto.Stop.getDefaultInstance());
    }
    return p.setChange(encode((Change) wish));
  }

  private static OperatorWish decode(OperatorProto.OperatorRequest p) {
    return switch (p.getWishCase()) {
      case PAUSE -> new Pause();
      case CONTINUE -> new Continue();
      case CHECKPOINT_NOW -> new CheckpointNow();
      case EVALUATE_NOW -> new EvaluateNow();
      case STOP -> new Stop();
      case CHANGE -> decode(p.getChange());
      case WISH_NOT_SET ->
          throw new IllegalArgumentException("its wish is missing or one this node does not know");
    };
  }

  private static OperatorProto.RunStatus encode(RunStatus m) {
    VersionStatus versions = m.versions();
    CheckpointStatus checkpoints = m.checkpoints();
    return OperatorProto.RunStatus.newBuilder()
        .setRun(m.run())
        .setLineage(m.lineage())
        .setPhase(m.phase())
        .setCoordinator(m.coordinator())
        .setStep(m.step())
        .setSteps(m.steps())
        .setVersions(
            OperatorProto.VersionStatus.newBuilder()
                .setBoundary(versions.boundary())
                .setAdmitted(versions.admitted())
                .setVersion(versions.version())
                .setMaxStaleness(versions.maxStaleness()))
        .setCheckpoints(
            OperatorProto.CheckpointStatus.newBuilder()
                .setNewest(checkpoints.newest())
                .addAllWriting(checkpoints.writing())
                .setScoring(checkpoints.scoring()))
        .addAllActors(m.actors().stream().map(OperatorWire::encode).toList())
        .addAllWaits(m.waits().stream().map(OperatorWire::encode).toList())
        .setRestarts(m.restarts())
        .putAllMeasures(m.measures())
        .build();
  }

  private static RunStatus decode(OperatorProto.RunStatus p) {
    OperatorProto.VersionStatus versions = p.getVersions();
    OperatorProto.CheckpointStatus checkpoints = p.getCheckpoints();
    return new RunStatus(
        p.getRun(),
        p.getLineage(),
        p.getPhase(),
        p.getCoordinator(),
        p.getStep(),
        p.getSteps(),
        new VersionStatus(
            versions.getBoundary(),
            versions.getAdmitted(),
            versions.getVersion(),
            versions.getMaxStaleness()),
        new CheckpointStatus(
            checkpoints.getNewest(),
            List.copyOf(checkpoints.getWritingList()),
            checkpoints.getScoring()),
        p.getActorsList().stream().map(OperatorWire::decode).toList(),
        p.getWaitsList().stream().map(OperatorWire::decode).toList(),
        p.getRestarts(),
        p.getMeasuresMap());
  }

  private static OperatorProto.ActorStatus encode(ActorStatus status) {
    return OperatorProto.ActorStatus.newBuilder()
        .setRole(SharedWire.encode(status.role()))
        .setActor(status.actor())
        .setState(status.state())
        .setRestarts(status.restarts())
        .setStep(status.step())
        .setBegun(status.begun())
        .setVersion(status.version())
        .putAllQueued(status.queued())
        .build();
  }

  private static ActorStatus decode(OperatorProto.ActorStatus p) {
    return new ActorStatus(
        SharedWire.decode(p.getRole()),
        p.getActor(),
        p.getState(),
        p.getRestarts(),
        p.getStep(),
        p.getBegun(),
        p.getVersion(),
        p.getQueuedMap());
  }

  private static OperatorProto.WaitStatus encode(WaitStatus wait) {
    return OperatorProto.WaitStatus.newBuilder()
        .setActor(wait.actor())
        .setForWhat(wait.forWhat())
        .setSeconds(wait.seconds())
        .build();
  }

  private static WaitStatus decode(OperatorProto.WaitStatus p) {
    return new WaitStatus(p.getActor(), p.getForWhat(), p.getSeconds());
  }
}
