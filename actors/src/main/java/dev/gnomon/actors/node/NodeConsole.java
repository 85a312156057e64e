package dev.gnomon.actors.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.japi.function.Function;
import dev.gnomon.actors.operator.Console;
import dev.gnomon.actors.operator.NodeView;
import dev.gnomon.actors.operator.Readiness;
import dev.gnomon.actors.operator.StatusJson;
import dev.gnomon.protocol.CoordinatorMessage;
import dev.gnomon.protocol.OperatorAnswer;
import dev.gnomon.protocol.OperatorRequest;
import dev.gnomon.protocol.OperatorWish;
import dev.gnomon.protocol.RunStatus;
import dev.gnomon.protocol.StatusRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What a node shows to operators: what its own actors say, its cluster, and the coordinator. */
final class NodeConsole implements Console {

  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final ActorSystem<CoordinatorMessage> system;
  private final String run;

  NodeConsole(ActorSystem<CoordinatorMessage> system, String run) {
    this.system = system;
    this.run = run;
  }

  @Override
  public Optional<String> dead() {
    return ask(NodeRoot.Ping::new).isPresent()
        ? Optional.empty()
        : Optional.of(
            system.getWhenTerminated().toCompletableFuture().isDone()
                ? "its actors have ended"
                : "its actors did not answer within %d s".formatted(ANSWER.toSeconds()));
  }

  @Override
  public Optional<String> notReady() {
    Optional<NodeRoot.Pong> pong = ask(NodeRoot.Ping::new);
    if (pong.isEmpty()) {
      return dead();
    }
    Member self = Cluster.get(system).selfMember();
    if (self.status() != MemberStatus.up()) {
      return Optional.of("it has not joined the cluster: it is " + state(self));
    }
    Optional<RunStatus> status = ask(StatusRequest::new);
    return status.isEmpty()
        ? Optional.of(trouble())
        : Readiness.missing(ClusterWatch.address(self), pong.get().actors(), status.get());
  }

  @Override
  public String status() {
    ClusterEvent.CurrentClusterState cluster = Cluster.get(system).state();
    List<NodeView> nodes = new ArrayList<>();
    for (Member member : cluster.getMembers()) {
      nodes.add(
          new NodeView(
              ClusterWatch.address(member),
              member.getRoles().stream().filter(role -> !role.startsWith("dc-")).sorted().toList(),
              state(member),
              !cluster.getUnreachable().contains(member)));
    }
    String here = ClusterWatch.address(Cluster.get(system).selfMember());
    return StatusJson.of(run, here, nodes, ask(StatusRequest::new), trouble());
  }

  @Override
  public OperatorAnswer carryOut(OperatorWish wish) {
    return this.<OperatorAnswer>ask(replyTo -> new OperatorRequest(wish, replyTo))
        .orElse(
            new OperatorAnswer(
                false, trouble() + "; the status says whether it heard of the wish all the same"));
  }

  private static String trouble() {
    return "the coordinator does not answer within %d s".formatted(ANSWER.toSeconds());
  }

  private static String state(Member member) {
    return member.status().toString().toLowerCase(Locale.ROOT);
  }

  /** What the answer is; empty where none comes in time. */
  private <T> Optional<T> ask(Function<ActorRef<T>, CoordinatorMessage> question) {
    try {
      return Optional.of(
          AskPattern.<CoordinatorMessage, T>ask(system, question, ANSWER, system.scheduler())
              .toCompletableFuture()
              .get(ANSWER.toSeconds() + 1, TimeUnit.SECONDS));
    } catch (ExecutionException | TimeoutException late) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (IllegalStateException ended) {
      return Optional.empty();
    }
  }
}
