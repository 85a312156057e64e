package dev.gnomon.tests.bench;

import dev.gnomon.launch.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What is gained by training on one core while teacher, assigner and evaluator work on another. The
 * same run, of the same two processes with one thread each, is made twice: with both on one core,
 * which does everything in turn, and with a core for each.
 *
 * <p>The ideal is the larger of the two sides: the trainer's processor time in the first run, or
 * the rest of that run. Counted is from one checkpoint's score to a later one's, so that as many
 * steps as evaluations lie between.
 */
final class OverlapBench implements Bench {

  private static final int EVERY = 40;
  private static final long FROM = 120;
  private static final long TO = 400;
  private static final int PUBLISH_EVERY = 8;
  private static final int MAX_STALENESS = 15;
  private static final String OTHERS = "coordinator,data,checkpointer,teacher,assigner,evaluator";
  private static final long POLL_MILLIS = 50;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  @Override
  public String what() {
    return "trainer on one core, teacher, assigner and evaluator on another, beside in turn";
  }

  /**
   * What lies between the two scores.
   *
   * @param seconds on the clock
   * @param trainer seconds of processor time of the trainer's process
   */
  private record Span(double seconds, double trainer) {}

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    if (Runtime.getRuntime().availableProcessors() < 2) {
      throw new IllegalStateException("overlap needs two cores");
    }
    int rounds = Math.max(1, Math.min(repeats, 3));
    double[] turn = new double[rounds];
    double[] trainer = new double[rounds];
    double[] together = new double[rounds];
    double[] beside = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Span alone = run("1");
      turn[round] = alone.seconds();
      trainer[round] = alone.trainer();
      Span overlapped = run("0");
      together[round] = overlapped.seconds();
      beside[round] = overlapped.trainer();
    }
    double all = Timing.median(turn);
    double trains = Timing.median(trainer);
    double others = all - trains;
    double overlapped = Timing.median(together);
    Map<String, Double> measured = new LinkedHashMap<>();
    measured.put("in turn s", all);
    measured.put("of it the trainer s", trains);
    measured.put("the others s", others);
    measured.put("overlapped s", overlapped);
    measured.put("the trainer then s", Timing.median(beside));
    return List.of(
        new Figure(
            "speed-up by a second core over the ideal (staleness " + MAX_STALENESS + ")",
            Math.max(trains, others) / overlapped,
            0.9,
            0.97,
            measured));
  }

  /** The run with the trainer on {@code core}, and the others on core 1. */
  private static Span run(String core) throws Exception {
    try (ScratchFolder folder = new ScratchFolder()) {
      Path run = folder.path().resolve("run");
      int seed = freePort();
      Process others = node("1", OTHERS, seed, seed, run);
      Process trainer = node(core, "trainer", 0, seed, run);
      try {
        Span began = scored(FROM, run, trainer, others);
        Span ended = scored(TO, run, trainer, others);
        return new Span(ended.seconds() - began.seconds(), ended.trainer() - began.trainer());
      } finally {
        for (Process process : List.of(trainer, others)) {
          process.destroyForcibly().waitFor();
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static Process node(String core, String roles, int port, int seed, Path run)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("taskset", "-c", core));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Dai.djl.offline=true", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Main.class.getName(), "node", "--roles", roles));
    command.addAll(List.of("--port", String.valueOf(port)));
    command.addAll(List.of("--seed-nodes", "127.0.0.1:" + seed, "--run", run.toString()));
    for (String set : settings()) {
      command.addAll(List.of("--set", set));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(said(run, roles).toFile())
        .start();
  }

  private static Path said(Path run, String roles) {
    return run.resolveSibling(roles + ".txt");
  }

  private static List<String> settings() {
    return List.of(
        "gnomon.steps=" + (TO + EVERY),
        "gnomon.batch-size=64",
        "gnomon.threads=1",
        "gnomon.boundary=0.1",
        "gnomon.publish-every=" + PUBLISH_EVERY,
        "gnomon.max-staleness=" + MAX_STALENESS,
        "gnomon.checkpoint.every=" + EVERY,
        "gnomon.evaluate.every=" + EVERY,
        "gnomon.evaluate.samples=64",
        "gnomon.evaluate.reference=256",
        "gnomon.evaluate.solver=euler",
        "gnomon.evaluate.steps=30");
  }

  /** Waits until the checkpoint of {@code step} is scored. */
  private static Span scored(long step, Path run, Process trainer, Process others)
      throws IOException, InterruptedException {
    Path metrics = run.resolve("metrics.jsonl");
    String start = "{\"step\":" + step + ",";
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      if (Files.exists(metrics)) {
        try (Stream<String> lines = Files.lines(metrics)) {
          if (lines.anyMatch(line -> line.startsWith(start) && line.contains("\"fd\""))) {
            return new Span(System.nanoTime() / 1e9, processorSeconds(trainer));
          }
        }
      }
      if (!trainer.isAlive() || !others.isAlive() || System.nanoTime() > until) {
        throw new IllegalStateException(
            "the run came to no score of step %d:%n%s%s"
                .formatted(
                    step,
                    Files.readString(said(run, OTHERS)),
                    Files.readString(said(run, "trainer"))));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static double processorSeconds(Process process) {
    return process
        .info()
        .totalCpuDuration()
        .map(time -> time.toNanos() / 1e9)
        .orElseThrow(() -> new IllegalStateException("the system does not tell processor times"));
  }
}
