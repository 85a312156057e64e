package dev.gnomon.protocol;

/** What others ask a data loader. */
public sealed interface LoaderMessage extends WireMessage
    permits Begin, Halt, BatchRequest, ReferenceRequest, ExperimentMessage, LocalMessage {}
