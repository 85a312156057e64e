package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.StoreProto;
import java.util.List;

/** {@code store.proto}: what is said of the checkpoints in the store. */
final class StoreWire {

  private StoreWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "DN",
            NewestRequest.class,
            StoreProto.NewestRequest.parser(),
            m ->
                StoreProto.NewestRequest.newBuilder()
                    .setQuestion(m.question())
                    .setEnded(m.ended())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new NewestRequest(p.getQuestion(), p.getEnded(), references.actor(p.getReplyTo()))),
        new Mapping<>(
            "DF",
            NewestFound.class,
            StoreProto.NewestFound.parser(),
            m ->
                StoreProto.NewestFound.newBuilder()
                    .setQuestion(m.question())
                    .setRun(m.run())
                    .setLineage(m.lineage())
                    .setStart(SharedWire.encode(m.start()))
                    .setDigest(m.digest())
                    .addAllSkipped(m.skipped().stream().map(StoreWire::encode).toList())
                    .build(),
            p ->
                new NewestFound(
                    p.getQuestion(),
                    p.getRun(),
                    p.getLineage(),
                    SharedWire.decode(p.getStart()),
                    p.getDigest(),
                    p.getSkippedList().stream().map(StoreWire::decode).toList())),
        new Mapping<>(
            "DU",
            NewestUnknown.class,
            StoreProto.NewestUnknown.parser(),
            m ->
                StoreProto.NewestUnknown.newBuilder()
                    .setQuestion(m.question())
                    .setCause(m.cause())
                    .build(),
            p -> new NewestUnknown(p.getQuestion(), p.getCause())),
        new Mapping<>(
            "DR",
            CheckpointRequest.class,
            StoreProto.CheckpointRequest.parser(),
            m ->
                StoreProto.CheckpointRequest.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new CheckpointRequest(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    references.actor(p.getReplyTo()))),
        new Mapping<>(
            "DO",
            CheckpointOffered.class,
            StoreProto.CheckpointOffered.parser(),
            m ->
                StoreProto.CheckpointOffered.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setDirectory(m.directory())
                    .setLocation(m.location())
                    .addAllFiles(m.files().stream().map(CheckpointerWire::encode).toList())
                    .build(),
            p ->
                new CheckpointOffered(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getDirectory(),
                    p.getLocation(),
                    p.getFilesList().stream().map(CheckpointerWire::decode).toList())),
        new Mapping<>(
            "DC",
            CheckpointComing.class,
            StoreProto.CheckpointComing.parser(),
            m ->
                StoreProto.CheckpointComing.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setBytes(m.bytes())
                    .build(),
            p ->
                new CheckpointComing(SharedWire.decode(p.getLineage()), p.getStep(), p.getBytes())),
        new Mapping<>(
            "DL",
            LeaveRequest.class,
            StoreProto.LeaveRequest.parser(),
            m ->
                StoreProto.LeaveRequest.newBuilder()
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p -> new LeaveRequest(references.actor(p.getReplyTo()))));
  }

  private static StoreProto.SkippedCheckpoint encode(SkippedCheckpoint skipped) {
    return StoreProto.SkippedCheckpoint.newBuilder()
        .setDirectory(skipped.directory())
        .setReason(skipped.reason())
        .build();
  }

  private static SkippedCheckpoint decode(StoreProto.SkippedCheckpoint p) {
    return new SkippedCheckpoint(p.getDirectory(), p.getReason());
  }
}
