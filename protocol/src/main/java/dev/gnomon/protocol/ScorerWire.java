package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.ScorerProto;
import java.util.List;

/** {@code scorer.proto}: what the scorer is told. */
final class ScorerWire {

  private ScorerWire() {}

  static List<Mapping<?, ?>> mappings() {
    return List.of(
        new Mapping<>(
            "SE",
            Evaluate.class,
            ScorerProto.Evaluate.parser(),
            m ->
                ScorerProto.Evaluate.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setDirectory(m.directory())
                    .build(),
            p -> new Evaluate(SharedWire.decode(p.getLineage()), p.getStep(), p.getDirectory())),
        new Mapping<>(
            "SS",
            SampleFeatures.class,
            ScorerProto.SampleFeatures.parser(),
            m ->
                ScorerProto.SampleFeatures.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setBlock(m.block())
                    .setFeatures(Packed.of(m.features()))
                    .setPixels(Packed.of(m.pixels()))
                    .setCodes(Packed.of(m.codes()))
                    .setNetworkEvaluations(m.networkEvaluations())
                    .build(),
            p ->
                new SampleFeatures(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getBlock(),
                    Packed.floats(p.getFeatures()),
                    Packed.bytes(p.getPixels()),
                    Packed.ints(p.getCodes()),
                    p.getNetworkEvaluations())),
        new Mapping<>(
            "SR",
            ReferenceFeatures.class,
            ScorerProto.ReferenceFeatures.parser(),
            m ->
                ScorerProto.ReferenceFeatures.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setBlock(m.block())
                    .setFeatures(Packed.of(m.features()))
                    .setPixels(Packed.of(m.pixels()))
                    .setCodes(Packed.of(m.codes()))
                    .setLabels(Packed.of(m.labels()))
                    .setCloseness(Packed.of(m.closeness()))
                    .setTeacherFeatures(Packed.of(m.teacherFeatures()))
                    .build(),
            p ->
                new ReferenceFeatures(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getBlock(),
                    Packed.floats(p.getFeatures()),
                    Packed.bytes(p.getPixels()),
                    Packed.ints(p.getCodes()),
                    Packed.ints(p.getLabels()),
                    Packed.floats(p.getCloseness()),
                    Packed.floats(p.getTeacherFeatures()))),
        new Mapping<>(
            "SF",
            BlockFailed.class,
            ScorerProto.BlockFailed.parser(),
            m ->
                ScorerProto.BlockFailed.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setKind(SharedWire.encode(m.kind()))
                    .setBlock(m.block())
                    .setCause(m.cause())
                    .build(),
            p ->
                new BlockFailed(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    SharedWire.decode(p.getKind()),
                    p.getBlock(),
                    p.getCause())));
  }
}
