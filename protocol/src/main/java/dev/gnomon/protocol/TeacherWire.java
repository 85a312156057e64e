package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.TeacherProto;
import java.util.List;

/** {@code teacher.proto}: what a teacher is told. */
final class TeacherWire {

  private TeacherWire() {}

  static List<Mapping<?, ?>> mappings() {
    return List.of(
        new Mapping<>(
            "HW",
            WeightsPublished.class,
            TeacherProto.WeightsPublished.parser(),
            m ->
                TeacherProto.WeightsPublished.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setVersion(m.version())
                    .setLocation(m.location())
                    .setDigest(m.digest())
                    .build(),
            p ->
                new WeightsPublished(
                    SharedWire.decode(p.getLineage()),
                    p.getVersion(),
                    p.getLocation(),
                    p.getDigest())),
        new Mapping<>(
            "HF",
            FeaturesRequest.class,
            TeacherProto.FeaturesRequest.parser(),
            m ->
                TeacherProto.FeaturesRequest.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .build(),
            p -> new FeaturesRequest(SharedWire.decode(p.getLineage()), p.getStep())));
  }
}
