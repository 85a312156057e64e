package dev.gnomon.launch.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code report.html}: one file that shows a run and opens anywhere, made from the run directory
 * alone.
 */
public final class Report {

  private static final int GRIDS = 6;
  private static final int EVENTS = 30;

  private final RunRecord run;
  private final Findings findings;
  private final Optional<NewestCheckpoint> checkpoint;

  private Report(RunRecord run, Optional<NewestCheckpoint> checkpoint) {
    this.run = run;
    this.findings = new Findings(run);
    this.checkpoint = checkpoint;
  }

  /** Writes the report of a run directory; whoever has the old one open sees the old or the new. */
  public static Path write(Path runDirectory) throws IOException {
    Report report = new Report(RunRecord.read(runDirectory), NewestCheckpoint.of(runDirectory));
    Path file = runDirectory.resolve("report.html");
    Path partial = runDirectory.resolve(".report.html.partial");
    Files.writeString(partial, report.page());
    return Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private String page() throws IOException {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Gnomon: %s</title>
        <style>
        %s</style>
        </head>
        <body>
        %s%s%s%s%s%s%s%s</body>
        </html>
        """
        .formatted(
            Html.text(run.name()),
            style(),
            head(),
            Html.section("Training", training()),
            Html.section("Samples over training, from the same noise", samples()),
            Html.section("Codes and images", prototypes()),
            Html.section("Codes", codes()),
            Html.section("Scores", scores()),
            Html.section("Events", events()),
            Html.section("Configuration", configuration()));
  }

  private String head() {
    StringBuilder head = new StringBuilder("<h1>%s</h1>\n".formatted(Html.text(run.name())));
    head.append("<p class=\"soft\">%s</p>\n".formatted(Html.text(summary())));
    head.append("<div class=\"tiles\">");
    Map<String, Double> last = run.lastScores();
    tile(head, run.distanceName(), last.get("fd"));
    tile(head, "NMI of codes and labels", last.get("nmi"));
    tile(head, "NMI, untrained features", last.get(Findings.NMI_UNTRAINED));
    tile(head, "NMI, mean colour", last.get(Findings.NMI_COLOUR));
    tile(head, "ARI", last.get("ari"));
    Curve loss = run.measure("loss", "");
    if (!loss.isEmpty()) {
      tile(head, "loss", loss.thinned(100).last());
    }
    head.append("</div>\n");
    findings.distance().map(Html::paragraph).ifPresent(head::append);
    findings.agreement().map(Html::paragraph).ifPresent(head::append);
    findings.speed().map(Html::paragraph).ifPresent(head::append);
    return head.toString();
  }

  private String summary() {
    if (!run.config().hasPath("gnomon.data.kind")) {
      return "no config.resolved.conf in " + run.directory();
    }
    return "%s at %s x %s, U-ViT of width %s and depth %s, %s steps of %s images, condition source %s, seed %s"
        .formatted(
            text("data.kind"),
            text("data.size"),
            text("data.size"),
            text("model.width"),
            text("model.depth"),
            text("steps"),
            text("batch-size"),
            text("condition.source"),
            text("seed"));
  }

  private String text(String key) {
    return run.config().hasPath("gnomon." + key) ? run.config().getString("gnomon." + key) : "?";
  }

  private static void tile(StringBuilder html, String name, Double value) {
    if (value != null) {
      html.append(
          "<div class=\"tile\"><b>%s</b><span>%s</span></div>"
              .formatted(Html.significant(value), Html.text(name)));
    }
  }

  private String training() {
    OptionalDouble boundary = run.boundary();
    List<LineChart> charts =
        List.of(
            new LineChart("flow-matching loss", List.of(run.measure("loss", "loss")), boundary),
            new LineChart(
                run.distanceName() + ", lower is better",
                List.of(run.score("fd", run.distanceName())),
                boundary),
            new LineChart(
                "Sinkhorn-Knopp loss over the masked samples",
                List.of(run.measure("sinkhorn_loss", "loss")),
                boundary),
            new LineChart("agreement of codes with labels (NMI)", run.agreement(), boundary),
            new LineChart(
                "effective number of prototypes",
                List.of(run.measure("effective_prototypes", "exp of the codes' entropy")),
                boundary),
            new LineChart(
                "speed, images/s",
                List.of(run.measure("images_per_second", "images/s")),
                boundary));
    StringBuilder html = new StringBuilder();
    charts.forEach(chart -> html.append(chart.html()));
    return html.isEmpty() ? "" : "<div class=\"row\">" + html + "</div>";
  }

  private String samples() throws IOException {
    List<Path> pictures = run.pictures("\\.png");
    StringBuilder html = new StringBuilder();
    for (int index : spread(pictures.size())) {
      Path picture = pictures.get(index);
      html.append(Html.picture(picture, "step %,d".formatted(RunRecord.step(picture))));
    }
    return html.isEmpty() ? "" : "<div class=\"row samples\">" + html + "</div>";
  }

  /** At most {@link #GRIDS} indices below {@code count}, the first and the last among them. */
  private static Set<Integer> spread(int count) {
    Set<Integer> indices = new LinkedHashSet<>();
    for (int i = 0; i < Math.min(GRIDS, count); i++) {
      indices.add(count <= GRIDS ? i : (int) Math.round((double) i * (count - 1) / (GRIDS - 1)));
    }
    return indices;
  }

  private String prototypes() throws IOException {
    List<Path> pictures = run.pictures("-prototypes\\.png");
    if (pictures.isEmpty()) {
      return "";
    }
    Path last = pictures.get(pictures.size() - 1);
    return Html.paragraph(
            "Each row is a code: left real images that have it, those nearest to its prototype first where it has one, right images that it guides.")
        + Html.picture(last, "step %,d".formatted(RunRecord.step(last)));
  }

  private String codes() throws IOException {
    StringBuilder html = new StringBuilder();
    checkpoint.flatMap(NewestCheckpoint::codes).map(CodeUse::html).ifPresent(html::append);
    Optional<FeaturePoints> features = FeaturePoints.newest(run);
    Optional<ScatterChart> byCode = features.flatMap(FeaturePoints::byCode);
    List<String> names = run.labelNames();
    Optional<ScatterChart> byLabel = features.flatMap(points -> points.byLabel(names));
    if (byCode.isPresent() || byLabel.isPresent()) {
      html.append(
          Html.paragraph(
              "Images that lie together look alike to the moving average's network at step %,d%s."
                  .formatted(
                      features.get().step(),
                      byCode.isPresent() ? "; numbers stand amid the images of their code" : "")));
      html.append("<div class=\"row\">");
      byCode.map(ScatterChart::html).ifPresent(html::append);
      byLabel.map(ScatterChart::html).ifPresent(html::append);
      html.append("</div>");
    }
    return html.toString();
  }

  private String scores() {
    if (run.scores().isEmpty()) {
      return "";
    }
    Set<String> names = new LinkedHashSet<>();
    run.scores().values().forEach(values -> names.addAll(values.keySet()));
    if (names.stream().anyMatch(name -> name.startsWith("FD"))) {
      names.remove("fd");
    }
    StringBuilder html = new StringBuilder("<table><tr><th>step</th>");
    names.forEach(name -> html.append("<th>%s</th>".formatted(Html.text(name))));
    html.append("</tr>");
    run.scores()
        .forEach(
            (step, values) -> {
              html.append("<tr><td>%,d</td>".formatted(step));
              for (String name : names) {
                html.append(
                    "<td>%s</td>"
                        .formatted(Html.significant(values.getOrDefault(name, Double.NaN))));
              }
              html.append("</tr>");
            });
    return html.append("</table>").toString();
  }

  private String events() {
    List<String> events = run.events();
    if (events.isEmpty()) {
      return "";
    }
    List<String> last = events.subList(Math.max(0, events.size() - EVENTS), events.size());
    String left =
        last.size() < events.size()
            ? Html.paragraph(
                "The last %d of %d lines of supervision.log.".formatted(last.size(), events.size()))
            : "";
    return left + "<pre>%s</pre>".formatted(Html.text(String.join("\n", last)));
  }

  private String configuration() throws IOException {
    String manifest =
        checkpoint
            .map(
                newest ->
                    Html.paragraph(
                        "Newest checkpoint: step %,d, weights %s."
                            .formatted(newest.step(), newest.digest())))
            .orElse("");
    Path resolved = run.directory().resolve("config.resolved.conf");
    if (!Files.exists(resolved)) {
      return manifest;
    }
    return manifest
        + "<details><summary>config.resolved.conf</summary><pre>%s</pre></details>"
            .formatted(Html.text(Files.readString(resolved)));
  }

  private static String style() throws IOException {
    try (InputStream css = Report.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
