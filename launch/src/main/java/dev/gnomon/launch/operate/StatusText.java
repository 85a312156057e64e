package dev.gnomon.launch.operate;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A run's status for a person: what the run does, then the tree of nodes and their actors. */
final class StatusText {

  private static final Set<String> GOING_ON =
      Set.of("running", "paused", "finishing", "stopping", "done");
  private static final Map<String, String> SHOWN_MEASURES =
      Map.of("loss", "loss", "images_per_second", "images/s", "nmi", "NMI");
  private static final int WIDEST_STATE = 44;

  private final JsonNode status;
  private final StringBuilder text = new StringBuilder();

  private StatusText(JsonNode status) {
    this.status = status;
  }

  /** The text of a status. */
  static String of(JsonNode status) {
    StatusText text = new StatusText(status);
    text.run();
    text.tree();
    return text.text.toString();
  }

  /** Whether the run goes on as it should: nothing is waited for, and every node is heard of. */
  static boolean isWell(JsonNode status) {
    return GOING_ON.contains(status.path("phase").asText())
        && list(status.path("waits")).stream().noneMatch(StatusText::isOfTheCoordinator)
        && list(status.path("nodes")).stream().allMatch(node -> node.path("reachable").asBoolean());
  }

  private static boolean isOfTheCoordinator(JsonNode wait) {
    return wait.path("actor").asText().equals("coordinator");
  }

  private void run() {
    String phase = status.path("phase").asText();
    if (status.has("trouble")) {
      line("Run %s: %s", status.path("run").asText(), status.path("trouble").asText());
      return;
    }
    long step = status.path("step").asLong();
    long steps = status.path("steps").asLong();
    line(
        "Run %s: %s, step %,d of %,d (%d %%)",
        status.path("run").asText(), phase, step, steps, steps == 0 ? 100 : 100 * step / steps);
    line("  %s", stage(step));
    String measures = measures();
    if (!measures.isEmpty()) {
      line("  %s", measures);
    }
    line("  %s", checkpoints());
    long restarts = status.path("restarts").asLong();
    line(
        "  lineage %d, %s",
        status.path("lineage").asLong(),
        restarts == 0 ? "no restart" : counted(restarts, "restart"));
    for (JsonNode wait : list(status.path("waits"))) {
      String actor = wait.path("actor").asText();
      line(
          "  %s waits for %s, %d s so far",
          actor.substring(actor.lastIndexOf('/') + 1),
          wait.path("for").asText(),
          Math.round(wait.path("seconds").asDouble()));
    }
  }

  private String stage(long step) {
    JsonNode versions = status.path("versions");
    long version = versions.path("version").asLong();
    long boundary = versions.path("boundary").asLong();
    long admitted = versions.path("admitted").asLong();
    if (step < boundary) {
      return "stage 1 up to step %,d, admitted below %,d".formatted(boundary, admitted);
    }
    String guided =
        version < 0
            ? ""
            : ", guided by version %,d (staleness %d of %d at most)"
                .formatted(version, step - version, versions.path("max_staleness").asLong());
    return "stage 2 since %,d%s, admitted below %,d".formatted(boundary, guided, admitted);
  }

  private String measures() {
    JsonNode measures = status.path("measures");
    List<String> shown = new ArrayList<>();
    for (String key : List.of("loss", "images_per_second", "nmi")) {
      if (measures.path(key).isNumber()) {
        double value = measures.path(key).asDouble();
        shown.add(
            key.equals("images_per_second")
                ? "%,.0f %s".formatted(value, SHOWN_MEASURES.get(key))
                : "%s %.4g".formatted(SHOWN_MEASURES.get(key), value));
      }
    }
    return String.join(", ", shown);
  }

  private String checkpoints() {
    JsonNode checkpoints = status.path("checkpoints");
    long newest = checkpoints.path("newest").asLong();
    StringBuilder words =
        new StringBuilder(
            newest == 0 ? "no checkpoint yet" : "newest checkpoint %,d".formatted(newest));
    String writing =
        list(checkpoints.path("writing")).stream()
            .map(step -> "%,d".formatted(step.asLong()))
            .collect(Collectors.joining(" and "));
    if (!writing.isEmpty()) {
      words.append(", ").append(writing).append(" being written");
    }
    long scoring = checkpoints.path("scoring").asLong();
    if (scoring > 0) {
      words.append(", %,d being scored".formatted(scoring));
    }
    return words.toString();
  }

  // The tree.

  private record Row(
      String name, String state, String step, String version, String restarts, String queued) {}

  private void tree() {
    List<Object> lines = new ArrayList<>(); // a Row, or the text of a node
    String coordinator = status.path("coordinator").asText("");
    List<JsonNode> nodes = new ArrayList<>(list(status.path("nodes")));
    nodes.sort(comparing(node -> !node.path("node").asText().equals(coordinator))); // it first
    for (JsonNode node : nodes) {
      lines.add(node(node));
      if (node.path("node").asText().equals(coordinator)) {
        lines.add(new Row("  coordinator", status.path("phase").asText(), "", "", "", ""));
      }
      list(node.path("actors")).forEach(actor -> lines.add(row(actor)));
    }
    List<JsonNode> lost = list(status.path("lost_actors"));
    if (!lost.isEmpty()) {
      lines.add("(gone)");
      lost.forEach(actor -> lines.add(row(actor)));
    }
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("NODE, ACTOR", "DOING", "STEP", "VERSION", "RESTARTS", "QUEUED"));
    lines.stream().filter(Row.class::isInstance).map(Row.class::cast).forEach(rows::add);
    int name = width(rows.stream().map(Row::name).toList());
    int state = width(rows.stream().map(Row::state).toList());
    line("");
    line("%s", shown(rows.get(0), name, state));
    for (Object each : lines) {
      line("%s", each instanceof Row row ? shown(row, name, state) : each);
    }
  }

  private static String node(JsonNode node) {
    String roles =
        list(node.path("roles")).stream().map(JsonNode::asText).collect(Collectors.joining(", "));
    String state = node.path("state").asText();
    return "%s  %s  %s"
        .formatted(
            node.path("node").asText(),
            node.path("reachable").asBoolean() ? state : "UNREACHABLE (" + state + ")",
            roles);
  }

  private static Row row(JsonNode actor) {
    List<String> queued = new ArrayList<>();
    actor
        .path("queued")
        .properties()
        .forEach(entry -> queued.add(entry.getKey() + " " + entry.getValue().asLong()));
    String state = actor.path("state").asText();
    return new Row(
        "  " + actor.path("actor").asText(),
        state.length() > WIDEST_STATE ? state.substring(0, WIDEST_STATE - 3) + "..." : state,
        "%,d".formatted(actor.path("step").asLong()),
        actor.has("version") ? "%,d".formatted(actor.path("version").asLong()) : "-",
        String.valueOf(actor.path("restarts").asLong()),
        String.join(", ", queued));
  }

  private static String shown(Row row, int name, int state) {
    String format = "%-" + name + "s  %-" + state + "s  %9s  %9s  %8s  %s";
    return format
        .formatted(row.name, row.state, row.step, row.version, row.restarts, row.queued)
        .stripTrailing();
  }

  private static int width(List<String> cells) {
    return cells.stream().mapToInt(String::length).max().orElse(1);
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
