package dev.gnomon.launch.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.gnomon.model.training.TrainingSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a run directory says of its run, read from its files alone.
 *
 * @param measures of each step by name: a curve for loss, images_per_second, nmi, ...
 * @param scores of each evaluated checkpoint by step and name
 * @param events lines of the supervision log
 */
public record RunRecord(
    Path directory,
    Config config,
    Map<String, Curve> measures,
    NavigableMap<Long, Map<String, Double>> scores,
    List<String> events) {

  /** File of a run with the names of its images' labels, one a line, the first that of 0. */
  public static final String LABEL_NAMES = "label-names.txt";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads what is there; a run that is still going on has less. */
  public static RunRecord read(Path directory) throws IOException {
    Path resolved = directory.resolve("config.resolved.conf");
    Config config =
        Files.exists(resolved) ? ConfigFactory.parseFile(resolved.toFile()) : ConfigFactory.empty();
    Map<String, Curve.Builder> measures = new LinkedHashMap<>();
    NavigableMap<Long, Map<String, Double>> scores = new TreeMap<>();
    Path metrics = directory.resolve("metrics.jsonl");
    if (Files.exists(metrics)) {
      try (BufferedReader lines = lines(metrics)) {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
          line(parse(text), measures, scores);
        }
      }
    }
    Map<String, Curve> curves = new LinkedHashMap<>();
    measures.forEach((name, builder) -> curves.put(name, builder.curve()));
    Path log = directory.resolve("supervision.log");
    List<String> events = List.of();
    if (Files.exists(log)) {
      try (BufferedReader lines = lines(log)) {
        events = lines.lines().toList();
      }
    }
    return new RunRecord(directory, config, curves, scores, events);
  }

  /** Of a file that may have been cut short within a letter. */
  private static BufferedReader lines(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
  }

  private static void line(
      JsonNode line,
      Map<String, Curve.Builder> measures,
      NavigableMap<Long, Map<String, Double>> scores) {
    if (!line.path("step").isNumber()) {
      return;
    }
    long step = line.path("step").asLong();
    boolean scored = line.path("event").asText().equals("scored");
    line.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (!field.getValue().isNumber() || name.equals("step") || name.equals("lineage")) {
                return;
              }
              double value = field.getValue().asDouble();
              if (scored) {
                scores.computeIfAbsent(step, s -> new LinkedHashMap<>()).put(name, value);
              } else {
                measures.computeIfAbsent(name, Curve.Builder::new).add(step, value);
              }
            });
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException cutShort) {
      return JSON.createObjectNode();
    }
  }

  /** Name of the run: that of its directory. */
  public String name() {
    return directory.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The measure {@code name} over the steps; without points if there is none. */
  Curve measure(String name, String legend) {
    Curve curve = measures.getOrDefault(name, new Curve(name, new double[0], new double[0]));
    return new Curve(legend, curve.steps(), curve.values());
  }

  /** The measure {@code name} of the last step that has it. */
  public OptionalDouble last(String name) {
    Curve curve = measure(name, name);
    return curve.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(curve.last());
  }

  /** The score {@code name} over the checkpoints; without points if there is none. */
  Curve score(String name, String legend) {
    Curve.Builder curve = new Curve.Builder(legend);
    scores.forEach(
        (step, values) -> {
          if (values.containsKey(name)) {
            curve.add(step, values.get(name));
          }
        });
    return curve.curve();
  }

  /** How codes agree with labels, and the baselines beside them. */
  List<Curve> agreement() {
    return List.of(
        measure("nmi", "codes, recent batches"),
        score("nmi", "codes, reference images"),
        score(Findings.NMI_UNTRAINED, "k-means, untrained features"),
        score(Findings.NMI_COLOUR, "k-means, mean colour"));
  }

  /** Scores of the last evaluated checkpoint; empty before the first. */
  public Map<String, Double> lastScores() {
    return scores.isEmpty() ? Map.of() : scores.lastEntry().getValue();
  }

  /** Full name of the Frechet distance, which says whose features it is on. */
  public String distanceName() {
    return lastScores().keySet().stream()
        .filter(name -> name.startsWith("FD"))
        .findFirst()
        .orElse("FD");
  }

  /** First step of stage 2, where the run has one. */
  public OptionalDouble boundary() {
    if (!config.hasPath("gnomon.boundary")
        || !config.getString("gnomon.condition.source").startsWith("bootstrap")) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(
        TrainingSettings.boundaryStep(
            config.getDouble("gnomon.boundary"), config.getLong("gnomon.steps")));
  }

  /** Pictures under samples/ whose names end in {@code ending}, ascending in step. */
  List<Path> pictures(String ending) throws IOException {
    Path samples = directory.resolve("samples");
    if (!Files.isDirectory(samples)) {
      return List.of();
    }
    List<Path> pictures = new ArrayList<>();
    try (Stream<Path> files = Files.list(samples)) {
      files
          .filter(file -> file.getFileName().toString().matches("step-\\d+" + ending))
          .sorted()
          .forEach(pictures::add);
    }
    return pictures;
  }

  /** Names of the labels; empty where they are not known. */
  List<String> labelNames() throws IOException {
    Path names = directory.resolve(LABEL_NAMES);
    return Files.exists(names) ? Files.readAllLines(names) : List.of();
  }

  /** The step in a name such as step-000400.png. */
  static long step(Path picture) {
    return Long.parseLong(picture.getFileName().toString().replaceFirst("step-(\\d+).*", "$1"));
  }
}
