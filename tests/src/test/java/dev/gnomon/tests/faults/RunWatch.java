package dev.gnomon.tests.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run's folder says of it: its steps, and the supervision logs of all its processes. */
final class RunWatch {

  private final Path run;
  private final Tail metrics;
  private final Map<Path, Tail> logs = new HashMap<>();
  private final List<Event> events = new ArrayList<>();
  private long last = -1;

  /** A line of a supervision log. */
  record Event(LocalDateTime at, String line) {

    boolean is(String name) {
      return line.startsWith("event=" + name + " ");
    }

    /** The value of {@code key}; empty without one. */
    String value(String key) {
      int from = line.indexOf(" " + key + "=");
      return from < 0 ? "" : line.substring(from + key.length() + 2).split(" ")[0];
    }

    double secondsAfter(LocalDateTime start) {
      return Duration.between(start, at).toMillis() / 1000.0;
    }
  }

  RunWatch(Path run) {
    this.run = run;
    this.metrics = new Tail(run.resolve("metrics.jsonl"));
  }

  /** The step that was trained last; -1 before the first. */
  long lastStep() throws IOException {
    for (String line : metrics.lines()) {
      if (line.startsWith("{\"step\":") && line.contains("\"loss\"")) {
        last = Long.parseLong(line.substring(8, line.indexOf(',')));
      }
    }
    return last;
  }

  /** All events so far, in order of time. */
  List<Event> events() throws IOException {
    if (Files.exists(run)) {
      try (Stream<Path> files = Files.walk(run)) {
        for (Path log : files.filter(file -> file.endsWith("supervision.log")).toList()) {
          for (String line : logs.computeIfAbsent(log, Tail::new).lines()) {
            int space = line.indexOf(' ');
            if (space > 0 && line.startsWith("event=", space + 1)) {
              events.add(
                  new Event(
                      LocalDateTime.parse(line.substring(0, space)), line.substring(space + 1)));
            }
          }
        }
      }
      events.sort(Comparator.comparing(Event::at));
    }
    return events;
  }

  /** The first event after {@code since} that {@code matches}. */
  Optional<Event> after(LocalDateTime since, Predicate<Event> matches) throws IOException {
    return events().stream().filter(e -> e.at().isAfter(since)).filter(matches).findFirst();
  }

  /** Everything the logs say, for whoever has to find out. */
  String story() throws IOException {
    return events().stream()
        .filter(event -> !event.is("checkpoint-pruned"))
        .map(event -> event.at() + " " + event.line())
        .collect(Collectors.joining("\n"));
  }
}
