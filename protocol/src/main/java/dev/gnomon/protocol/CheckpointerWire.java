package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.CheckpointerProto;
import java.util.List;

/** {@code checkpointer.proto}: what the checkpointer is told. */
final class CheckpointerWire {

  private CheckpointerWire() {}

  static List<Mapping<?, ?>> mappings() {
    return List.of(
        new Mapping<>(
            "KH",
            HalfSaved.class,
            CheckpointerProto.HalfSaved.parser(),
            m ->
                CheckpointerProto.HalfSaved.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setHalf(m.half())
                    .addAllFiles(m.files().stream().map(CheckpointerWire::encode).toList())
                    .putAllNotes(m.notes())
                    .setLocation(m.location())
                    .build(),
            p ->
                new HalfSaved(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getHalf(),
                    p.getFilesList().stream().map(CheckpointerWire::decode).toList(),
                    p.getNotesMap(),
                    p.getLocation())),
        new Mapping<>(
            "KS",
            ScoreKnown.class,
            CheckpointerProto.ScoreKnown.parser(),
            m ->
                CheckpointerProto.ScoreKnown.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setScore(m.score())
                    .build(),
            p -> new ScoreKnown(SharedWire.decode(p.getLineage()), p.getStep(), p.getScore())),
        new Mapping<>(
            "KU",
            CheckpointsInUse.class,
            CheckpointerProto.CheckpointsInUse.parser(),
            m ->
                CheckpointerProto.CheckpointsInUse.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .addAllSteps(m.steps())
                    .build(),
            p -> new CheckpointsInUse(SharedWire.decode(p.getLineage()), p.getStepsList())),
        new Mapping<>(
            "KA",
            CheckpointAbandoned.class,
            CheckpointerProto.CheckpointAbandoned.parser(),
            m ->
                CheckpointerProto.CheckpointAbandoned.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .build(),
            p -> new CheckpointAbandoned(SharedWire.decode(p.getLineage()), p.getStep())));
  }

  static CheckpointerProto.SavedFile encode(SavedFile file) {
    return CheckpointerProto.SavedFile.newBuilder()
        .setName(file.name())
        .setBytes(file.bytes())
        .setSha256(file.sha256())
        .build();
  }

  static SavedFile decode(CheckpointerProto.SavedFile p) {
    return new SavedFile(p.getName(), p.getBytes(), p.getSha256());
  }
}
