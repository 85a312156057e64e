package dev.gnomon.launch.reproduce;

import dev.gnomon.launch.progress.Pace;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongSupplier;

/** Says how far an experiment is: a line a job, and one every while within it. */
public final class ReproductionLines implements JobWork.Going {

  private final PrintWriter out;
  private final long pause;
  private final LongSupplier nanos;
  private final Set<String> open = new HashSet<>(); // digests
  private int jobs;
  private double ahead; // work of open jobs, without the one at hand
  private double done; // work that this process did
  private double share; // of the job at hand
  private double firstShare = -1; // of it when this process first heard of it
  private Job current;
  private long began;
  private long lastLine;

  /**
   * @param every the least time between two lines of a job
   * @param nanos a clock, in nanoseconds
   */
  public ReproductionLines(PrintWriter out, Duration every, LongSupplier nanos) {
    this.out = out;
    this.pause = every.toNanos();
    this.nanos = nanos;
  }

  void begin(int all, List<Job> todo) {
    jobs = all;
    todo.forEach(job -> open.add(job.digest()));
    ahead = todo.stream().mapToDouble(Job::work).sum();
    began = nanos.getAsLong();
    out.printf("%d jobs, %d of them done already%n", all, all - todo.size());
    out.flush();
  }

  void job(Job job) {
    current = job;
    share = 0;
    firstShare = -1;
    lastLine = nanos.getAsLong();
    if (open.contains(job.digest())) {
      ahead -= job.work();
    }
    say(job.name());
  }

  @Override
  public void at(String words, OptionalDouble part) {
    if (part.isPresent()) {
      firstShare = firstShare < 0 ? part.getAsDouble() : firstShare;
      share = part.getAsDouble();
    }
    if (nanos.getAsLong() - lastLine >= pause) {
      lastLine = nanos.getAsLong();
      say("%s  %s%s".formatted(current.name(), words, timeLeft()));
    }
  }

  void done(Job job, Map<String, Double> scores) {
    done += job.work() * (1 - Math.max(0, firstShare));
    open.remove(job.digest());
    current = null;
    StringBuilder figures = new StringBuilder();
    scores.forEach((name, value) -> figures.append(short_(name, value)));
    say("%s: done%s%s".formatted(job.name(), figures, timeLeft()));
  }

  void failed(Job job, String cause) {
    open.remove(job.digest());
    say("%s: FAILED: %s".formatted(job.name(), cause));
  }

  private static String short_(String name, double value) {
    return List.of("fd", "is", "nmi", "nmi_codes").contains(name)
        ? String.format(Locale.ROOT, "  %s %.4g", name, value)
        : "";
  }

  private void say(String words) {
    out.printf("[%d/%d] %s%n", jobs - open.size(), jobs, words);
    out.flush();
  }

  /** At the pace of this process; nothing before it has one. */
  private String timeLeft() {
    double here = current == null ? 0 : current.work();
    double made = done + here * Math.max(0, share - Math.max(0, firstShare));
    double seconds = (nanos.getAsLong() - began) / 1e9;
    if (made <= 0 || seconds < 1) {
      return "";
    }
    double rest = (ahead + here * (1 - share)) / made * seconds;
    return "  about %s left".formatted(Pace.shown(Duration.ofMillis((long) (rest * 1000))));
  }
}
