package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.CoordinatorProto;
import java.util.List;

/** {@code coordinator.proto}: what the run's coordinator is told by those who work on the run. */
final class CoordinatorWire {

  private CoordinatorWire() {}

  static List<Mapping<?, ?>> mappings() {
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
                    .setFailures(m.failures())
                    .setCause(m.cause())
                    .build(),
            p ->
                new Idle(
                    SharedWire.decode(p.getRole()),
                    p.getActor(),
                    p.getLineage(),
                    p.getFailures(),
                    p.getCause())),
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
            "CN",
            LossNotFinite.class,
            CoordinatorProto.LossNotFinite.parser(),
            m ->
                CoordinatorProto.LossNotFinite.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setRole(SharedWire.encode(m.role()))
                    .setStep(m.step())
                    .setCause(m.cause())
                    .setImages(Packed.of(m.images()))
                    .build(),
            p ->
                new LossNotFinite(
                    SharedWire.decode(p.getLineage()),
                    SharedWire.decode(p.getRole()),
                    p.getStep(),
                    p.getCause(),
                    Packed.longs(p.getImages()))),
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
            "CK",
            Working.class,
            CoordinatorProto.Working.parser(),
            m ->
                CoordinatorProto.Working.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setRole(SharedWire.encode(m.role()))
                    .setActor(m.actor())
                    .setDoing(m.doing())
                    .addAllWaitsFor(m.waitsFor())
                    .setStep(m.step())
                    .setVersion(m.version())
                    .putAllQueued(m.queued())
                    .build(),
            p ->
                new Working(
                    SharedWire.decode(p.getLineage()),
                    SharedWire.decode(p.getRole()),
                    p.getActor(),
                    p.getDoing(),
                    List.copyOf(p.getWaitsForList()),
                    p.getStep(),
                    p.getVersion(),
                    p.getQueuedMap())));
  }
}
