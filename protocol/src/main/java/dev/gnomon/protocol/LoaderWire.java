package dev.gnomon.protocol;

import dev.gnomon.protocol.v1.LoaderProto;
import java.util.List;

/** {@code loader.proto}: what a data loader is asked. */
final class LoaderWire {

  private LoaderWire() {}

  static List<Mapping<?, ?>> mappings(References references) {
    return List.of(
        new Mapping<>(
            "LB",
            BatchRequest.class,
            LoaderProto.BatchRequest.parser(),
            m ->
                LoaderProto.BatchRequest.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setStep(m.step())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new BatchRequest(
                    SharedWire.decode(p.getLineage()),
                    p.getStep(),
                    references.actor(p.getReplyTo()))),
        new Mapping<>(
            "LR",
            ReferenceRequest.class,
            LoaderProto.ReferenceRequest.parser(),
            m ->
                LoaderProto.ReferenceRequest.newBuilder()
                    .setLineage(SharedWire.encode(m.lineage()))
                    .setBlock(m.block())
                    .setReplyTo(references.name(m.replyTo()))
                    .build(),
            p ->
                new ReferenceRequest(
                    SharedWire.decode(p.getLineage()),
                    p.getBlock(),
                    references.actor(p.getReplyTo()))));
  }
}
