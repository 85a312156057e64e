package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.TrainerProto;
import java.util.List;

/** {@code trainer.proto}: what the trainer is told. */
final class TrainerWire {

  private TrainerWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "TC",
            CheckpointAt.class,
            TrainerProto.CheckpointAt.parser(),
            m ->
                TrainerProto.CheckpointAt.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .build(),
            p -> new CheckpointAt(SharedWire.decode(p.getLineage()), p.getStep())),
        new Mapping<>(
            "TT",
            TapsRequest.class,
            TrainerProto.TapsRequest.parser(),
            m ->
                TrainerProto.TapsRequest.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new TapsRequest(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    references.actor(p.getReplyTo()))),
        new Mapping<>(
            "TW",
            WeightsRequest.class,
            TrainerProto.WeightsRequest.parser(),
            m ->
                TrainerProto.WeightsRequest.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setVersion(m.version())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new WeightsRequest(
                    SharedWire.decode(p.getLineage()),
                    p.getVersion(),
                    references.actor(p.getReplyTo()))),
        new Mapping<>(
            "TN",
            Conditions.class,
            TrainerProto.Conditions.parser(),
            m ->
                TrainerProto.Conditions.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setVersion(m.version())
                    .setCodes(Packed.of(m.codes()))
                    .setRowCodes(Packed.of(m.rowCodes()))
                    .setRows(Packed.of(m.rows()))
                    .build(),
            p ->
                new Conditions(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getVersion(),
                    Packed.ints(p.getCodes()),
                    Packed.ints(p.getRowCodes()),
                    Packed.floats(p.getRows()))));
  }
}
