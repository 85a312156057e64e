package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.AssignerProto;
import java.util.List;

/** {@code assigner.proto}: what the assigner is told. */
final class AssignerWire {

  private AssignerWire() {}

  static List<Mapping<?, ?>> mappings() {
    return List.of(
        new Mapping<>(
            "AF",
            TeacherFeatures.class,
            AssignerProto.TeacherFeatures.parser(),
            m ->
                AssignerProto.TeacherFeatures.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setVersion(m.version())
                    .setFeatures(Packed.of(m.features()))
                    .build(),
            p ->
                new TeacherFeatures(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    p.getVersion(),
                    Packed.floats(p.getFeatures()))),
        new Mapping<>(
            "AT",
            Taps.class,
            AssignerProto.Taps.parser(),
            m ->
                AssignerProto.Taps.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setFeatures(Packed.of(m.features()))
                    .setTimes(Packed.of(m.times()))
                    .setLabels(Packed.of(m.labels()))
                    .setCodes(Packed.of(m.codes()))
                    .setImages(Packed.of(m.images()))
                    .setCheckpoint(m.checkpoint())
                    .build(),
            p ->
                new Taps(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    Packed.floats(p.getFeatures()),
                    Packed.floats(p.getTimes()),
                    Packed.ints(p.getLabels()),
                    Packed.ints(p.getCodes()),
                    Packed.longs(p.getImages()),
                    p.getCheckpoint())));
  }
}
