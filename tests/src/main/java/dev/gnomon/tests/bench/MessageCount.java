package dev.gnomon.tests.bench;

import akka.actor.ActorRef;
import akka.remote.artery.RemoteInstrument;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** Counts what all nodes of this process send to others, cluster's own messages included. */
public final class MessageCount extends RemoteInstrument {

  private static final LongAdder MESSAGES = new LongAdder();
  private static final LongAdder BYTES = new LongAdder();

  static long messages() {
    return MESSAGES.sum();
  }

  static long bytes() {
    return BYTES.sum();
  }

  @Override
  public byte identifier() {
    return 31;
  }

  @Override
  public boolean serializationTimingEnabled() {
    return false;
  }

  @Override
  public void remoteWriteMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {}

  @Override
  public void remoteMessageSent(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {
    MESSAGES.increment();
    BYTES.add(size);
  }

  @Override
  public void remoteReadMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {}

  @Override
  public void remoteMessageReceived(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {}
}
