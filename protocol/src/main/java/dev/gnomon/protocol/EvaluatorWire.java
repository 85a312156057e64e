package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.EvaluatorProto;
import java.util.List;

/** {@code evaluator.proto}: what an evaluator is told. */
final class EvaluatorWire {

  private EvaluatorWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "EB",
            EvaluateBlock.class,
            EvaluatorProto.EvaluateBlock.parser(),
            m ->
                EvaluatorProto.EvaluateBlock.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setDirectory(m.directory())
                    .setKind(SharedWire.encode(m.kind()))
                    .setBlock(m.block())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new EvaluateBlock(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getDirectory(),
                    SharedWire.decode(p.getKind()),
                    p.getBlock(),
                    references.actor(p.getReplyTo()))),
        new Mapping<>(
            "ER",
            ReferenceImages.class,
            EvaluatorProto.ReferenceImages.parser(),
            m ->
                EvaluatorProto.ReferenceImages.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setBlock(m.block())
                    .setChannels(m.channels())
                    .setSize(m.size())
                    .setPixels(Packed.of(m.pixels()))
                    .setIds(Packed.of(m.ids()))
                    .setLabels(Packed.of(m.labels()))
                    .setCodes(Packed.of(m.codes()))
                    .build(),
            p ->
                new ReferenceImages(
                    SharedWire.decode(p.getLineage()),
                    p.getBlock(),
                    p.getChannels(),
                    p.getSize(),
                    Packed.bytes(p.getPixels()),
                    Packed.longs(p.getIds()),
                    Packed.ints(p.getLabels()),
                    Packed.ints(p.getCodes()))));
  }
}
