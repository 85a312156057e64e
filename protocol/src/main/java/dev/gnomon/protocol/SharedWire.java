package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.CommonProto;
import java.util.Arrays;
import java.util.List;

/** {@code common.proto}: values and messages that more than one actor knows. */
final class SharedWire {

  private static final String ROLE = "ROLE_";
  private static final String BLOCK_KIND = "BLOCK_KIND_";

  private SharedWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "BG",
            Begin.class,
            CommonProto.Begin.parser(),
            m ->
                CommonProto.Begin.newBuilder()
                    .setLineage(encode(m.lineage()))
                    .setStart(encode(m.start()))
                    .setWiring(encode(m.wiring(), references))
                    .build(),
            p ->
                new Begin(
                    decode(p.getLineage()),
                    decode(p.getStart()),
                    decode(p.getWiring(), references))),
        new Mapping<>(
            "HL",
            Halt.class,
            CommonProto.Halt.parser(),
            m -> CommonProto.Halt.newBuilder().setLineage(encode(m.lineage())).build(),
            p -> new Halt(decode(p.getLineage()))),
        new Mapping<>(
            "AD",
            Admit.class,
            CommonProto.Admit.parser(),
            m ->
                CommonProto.Admit.newBuilder()
                    .setLineage(encode(m.lineage()))
                    .setBelow(m.below())
                    .build(),
            p -> new Admit(decode(p.getLineage()), p.getBelow())),
        new Mapping<>(
            "BA",
            Batch.class,
            CommonProto.Batch.parser(),
            m ->
                CommonProto.Batch.newBuilder()
                    .setLineage(encode(m.lineage()))
                    .setStep(m.step())
                    .setChannels(m.channels())
                    .setSize(m.size())
                    .setPixels(Packed.of(m.pixels()))
                    .setIds(Packed.of(m.ids()))
                    .setLabels(Packed.of(m.labels()))
                    .setCodes(Packed.of(m.codes()))
                    .build(),
            p ->
                new Batch(
                    decode(p.getLineage()),
                    p.getStep(),
                    p.getChannels(),
                    p.getSize(),
                    Packed.bytes(p.getPixels()),
                    Packed.longs(p.getIds()),
                    Packed.ints(p.getLabels()),
                    Packed.ints(p.getCodes()))));
  }

  static CommonProto.Lineage encode(Lineage lineage) {
    return CommonProto.Lineage.newBuilder()
        .setRun(lineage.run())
        .setNumber(lineage.number())
        .build();
  }

  static Lineage decode(CommonProto.Lineage p) {
    return new Lineage(p.getRun(), p.getNumber());
  }

  static CommonProto.Role encode(Role role) {
    return CommonProto.Role.valueOf(ROLE + role.name());
  }

  static Role decode(CommonProto.Role p) {
    return named(Role.class, ROLE, p.name());
  }

  static CommonProto.BlockKind encode(BlockKind kind) {
    return CommonProto.BlockKind.valueOf(BLOCK_KIND + kind.name());
  }

  static BlockKind decode(CommonProto.BlockKind p) {
    return named(BlockKind.class, BLOCK_KIND, p.name());
  }

  private static <E extends Enum<E>> E named(Class<E> type, String prefix, String name) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> name.equals(prefix + constant.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its %s is missing or one this node does not know"
                        .formatted(type.getSimpleName())));
  }

  static CommonProto.Start encode(Start start) {
    CommonProto.Start.Builder p =
        CommonProto.Start.newBuilder().setStep(start.step()).setCheckpoint(start.checkpoint());
    for (Segment segment : start.ledger()) {
      p.addLedger(
          CommonProto.Segment.newBuilder()
              .setLineage(segment.lineage())
              .setFrom(segment.from())
              .setTo(segment.to()));
    }
    for (Skipped skipped : start.skipped()) {
      p.addSkipped(
          CommonProto.Skipped.newBuilder().setStep(skipped.step()).setReason(skipped.reason()));
    }
    return p.build();
  }

  static Start decode(CommonProto.Start p) {
    return new Start(
        p.getStep(),
        p.getCheckpoint(),
        p.getLedgerList().stream()
            .map(s -> new Segment(s.getLineage(), s.getFrom(), s.getTo()))
            .toList(),
        p.getSkippedList().stream().map(s -> new Skipped(s.getStep(), s.getReason())).toList());
  }

  private static CommonProto.Wiring encode(Wiring wiring, References references) {
    return CommonProto.Wiring.newBuilder()
        .setCoordinator(references.name(wiring.coordinator()))
        .addAllLoaders(references.names(wiring.loaders()))
        .addAllTrainers(references.names(wiring.trainers()))
        .addAllTeachers(references.names(wiring.teachers()))
        .addAllAssigners(references.names(wiring.assigners()))
        .addAllCheckpointers(references.names(wiring.checkpointers()))
        .addAllEvaluators(references.names(wiring.evaluators()))
        .addAllScorers(references.names(wiring.scorers()))
        .build();
  }

  private static Wiring decode(CommonProto.Wiring p, References references) {
    return new Wiring(
        references.actor(p.getCoordinator()),
        references.actors(p.getLoadersList()),
        references.actors(p.getTrainersList()),
        references.actors(p.getTeachersList()),
        references.actors(p.getAssignersList()),
        references.actors(p.getCheckpointersList()),
        references.actors(p.getEvaluatorsList()),
        references.actors(p.getScorersList()));
  }
}
