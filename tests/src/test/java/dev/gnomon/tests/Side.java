package dev.gnomon.tests;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.actors.transfer.WeightClient;
import dev.gnomon.actors.transfer.WeightServer;
import dev.gnomon.actors.transport.ArteryDoor;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** All of a node that listens, with an actor that keeps what it gets, and weights. */
final class Side implements AutoCloseable {

  static final String HERE = "127.0.0.1";

  /** The weights that each of them serves. */
  static final WeightSet VERSION =
      new WeightSet(Map.of("w", HostTensor.of(new float[700_000], 700, 1000)));

  private static final int SECONDS = 60;

  private final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
  private final Transport transport;
  private final ArteryDoor door;
  private final ActorSystem<Object> system;
  private final WeightServer server;

  Side(Transport transport) throws IOException {
    this.transport = transport;
    this.door = new ArteryDoor(transport, new InetSocketAddress(HERE, 0));
    Config cluster =
        ConfigFactory.parseString(
                """
                akka.loglevel = WARNING
                akka.remote.artery.advanced.handshake-timeout = 5s
                """)
            .withFallback(ConfigFactory.parseResources("gnomon/cluster.conf"));
    this.system =
        ActorSystem.create(
            Behaviors.receiveMessage(
                message -> {
                  got.add(message);
                  return Behaviors.same();
                }),
            "side",
            door.setup(ConfigFactory.load(cluster)));
    door.open(system);
    WeightRegistry registry = new WeightRegistry();
    registry.publish("run", 1, 8, VERSION);
    this.server = new WeightServer(registry, transport, new InetSocketAddress(HERE, 0));
  }

  /** The port of its actors. */
  InetSocketAddress actors() {
    return door.address();
  }

  /** The port of its weights. */
  InetSocketAddress weights() {
    return server.address();
  }

  void tell(Side other, Object message) {
    ActorRef<Object> there =
        ActorRefResolver.get(system)
            .resolveActorRef(
                ActorRefResolver.get(other.system).toSerializationFormat(other.system));
    there.tell(message);
  }

  /** Tells whoever listens at that port of this machine, as if it were one of these. */
  void tell(int port, Object message) {
    ActorRef<Object> there =
        ActorRefResolver.get(system)
            .resolveActorRef("akka://%s@%s:%d/user".formatted(system.name(), HERE, port));
    there.tell(message);
  }

  /** The next message that came; null where none comes for long. */
  Object next() throws InterruptedException {
    return got.poll(SECONDS, TimeUnit.SECONDS);
  }

  boolean hasMore() {
    return !got.isEmpty();
  }

  boolean isOver() {
    return system.getWhenTerminated().toCompletableFuture().isDone();
  }

  WeightSet fetch(InetSocketAddress from) throws IOException {
    return new WeightClient(transport.connections(WeightServer.CHANNEL), 1 << 30)
        .fetch(from, "run", 1, 8, Parcel.of(VERSION).digest());
  }

  @Override
  public void close() throws IOException {
    system.terminate();
    door.close();
    server.close();
    transport.close();
  }
}
