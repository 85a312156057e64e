package dev.gnomon.launch.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.actors.operator.ServedAt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A process of a run that answers, and what it said of the run.
 *
 * @param client asks it more
 */
record RunContact(OperatorClient client, JsonNode status) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The process at HOST:PORT. */
  static RunContact at(String address) throws UnreachableRun {
    OperatorClient client = new OperatorClient(address);
    try {
      return new RunContact(client, status(client));
    } catch (IOException e) {
      throw new UnreachableRun("%s does not answer: %s".formatted(address, reason(e)));
    }
  }

  /**
   * One of the processes that {@code runDirectory} names, if there is one: better one that hears
   * the run's coordinator. All are asked at once.
   */
  static RunContact of(Path runDirectory) throws UnreachableRun, IOException {
    List<ServedAt> places = ServedAt.in(runDirectory);
    if (places.isEmpty()) {
      throw new UnreachableRun(
          "no process of %s says that it answers: it is over, was not started, or gnomon.http.enabled is false; %s tells what happened"
              .formatted(runDirectory, runDirectory.resolve("supervision.log")));
    }
    ExecutorService threads = Executors.newCachedThreadPool(RunContact::daemon);
    try {
      CompletionService<Asked> asked = new ExecutorCompletionService<>(threads);
      places.forEach(place -> asked.submit(() -> ask(place)));
      List<String> trouble = new ArrayList<>();
      RunContact deaf = null;
      for (int i = 0; i < places.size(); i++) {
        Asked next = asked.take().get();
        if (next.contact() == null) {
          trouble.add(next.trouble());
        } else if (next.contact().status().has("trouble")) {
          deaf = next.contact();
        } else {
          return next.contact();
        }
      }
      if (deaf != null) {
        return deaf;
      }
      throw new UnreachableRun(
          "no process of %s answers; %s tells what happened:%n  %s"
              .formatted(
                  runDirectory,
                  runDirectory.resolve("supervision.log"),
                  String.join("%n  ".formatted(), trouble)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableRun("it was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /**
   * What became of asking a process.
   *
   * @param contact null where it did not answer
   */
  private record Asked(RunContact contact, String trouble) {}

  private static Asked ask(ServedAt place) {
    if (place.isGone()) {
      return new Asked(null, who(place) + " has ended without a word: it was killed");
    }
    if (!place.isOnThisMachine() && isLoopback(place.address())) {
      return new Asked(
          null,
          who(place)
              + " answers on its machine alone; ask there, or start it with another gnomon.http.host");
    }
    OperatorClient client = new OperatorClient(place.address());
    try {
      RunContact contact = new RunContact(client, status(client));
      return contact.is(place)
          ? new Asked(contact, "")
          : new Asked(null, who(place) + " has ended; another process has its port now");
    } catch (IOException e) {
      return new Asked(
          null, "%s, at %s, does not answer: %s".formatted(who(place), place.address(), reason(e)));
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "ask");
    thread.setDaemon(true);
    return thread;
  }

  private boolean is(ServedAt place) {
    return status.path("pid").asLong() == place.pid()
        && status.path("machine").asText().equals(place.machine());
  }

  private static JsonNode status(OperatorClient client) throws IOException {
    OperatorClient.Answer answer = client.get("/status");
    try {
      JsonNode status = JSON.readTree(answer.body());
      if (answer.code() == 200 && status.has("nodes")) {
        return status;
      }
    } catch (JsonProcessingException other) {
      // Some other server.
    }
    throw new IOException("what answers there is no process of a run");
  }

  private static String who(ServedAt place) {
    return "%s (process %d on %s)".formatted(place.roles(), place.pid(), place.machine());
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.")
        || address.startsWith("localhost:")
        || address.startsWith("[::1]")
        || address.startsWith("[0:0:0:0:0:0:0:1]");
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
