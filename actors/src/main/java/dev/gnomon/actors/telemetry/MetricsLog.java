package dev.gnomon.actors.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.model.engine.WholeFile;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code metrics.jsonl}: a JSON object a line, for each step and for each score.
 *
 * <p>{@code step} is the number of steps done, as in the name of a checkpoint: the line of the
 * first step says 1, and a score says the step of the checkpoint it is of. The file shows the
 * lineage that survived: a rollback takes back the steps that will be done again. Each line is
 * handed to the operating system at once, so a killed process loses none.
 */
public final class MetricsLog implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCORED = "scored";

  private final Path file;
  private OutputStream out;
  private boolean torn; // the last line may be there in part

  private MetricsLog(Path file, OutputStream out) {
    this.file = file;
    this.out = out;
  }

  /** Opens the log of a run directory, which is made if it is absent; what it holds stays. */
  public static MetricsLog open(Path runDirectory) throws IOException {
    Files.createDirectories(runDirectory);
    Path file = runDirectory.resolve("metrics.jsonl");
    return new MetricsLog(file, append(file));
  }

  /** Writes the line of a step; of one that trained nothing, with the reason. */
  public void step(long step, long lineage, Map<String, Double> measures, Optional<String> skipped)
      throws IOException {
    ObjectNode line = JSON.createObjectNode().put("step", step).put("lineage", lineage);
    skipped.ifPresent(reason -> line.put("skipped", reason));
    write(line, measures);
  }

  /** Writes the line of a checkpoint's scores. */
  public void scored(long step, long lineage, Map<String, Double> scores) throws IOException {
    ObjectNode line = JSON.createObjectNode().put("step", step).put("lineage", lineage);
    write(line.put("event", SCORED), scores);
  }

  /**
   * Takes back every line after {@code step} steps, and any line a crash cut short.
   *
   * @return scores of the checkpoints that stay, by step
   */
  public Map<Long, Map<String, Double>> rewind(long step) throws IOException {
    out.close();
    Map<Long, Map<String, Double>> scores = new TreeMap<>();
    WholeFile.write(file, channel -> rewind(step, scores, channel));
    out = append(file);
    torn = false;
    return scores;
  }

  private void rewind(long step, Map<Long, Map<String, Double>> scores, WritableByteChannel channel)
      throws IOException {
    Writer writer = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    // A line that was cut within a letter is one that was cut.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        JsonNode line = parse(text);
        if (line.path("step").isNumber() && line.path("step").asLong() <= step) {
          writer.write(text);
          writer.write("\n");
          if (line.path("event").asText().equals(SCORED)) {
            scores.put(line.path("step").asLong(), values(line));
          }
        }
      }
    }
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(ObjectNode line, Map<String, Double> values) throws IOException {
    values.forEach(
        (name, value) -> {
          if (Double.isFinite(value)) {
            line.put(name, value);
          }
        });
    String text = torn ? "\n" + line + "\n" : line + "\n";
    torn = true;
    out.write(text.getBytes(StandardCharsets.UTF_8));
    torn = false;
  }

  private static OutputStream append(Path file) throws IOException {
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException cutShort) {
      return JSON.createObjectNode();
    }
  }

  private static Map<String, Double> values(JsonNode line) {
    Map<String, Double> values = new LinkedHashMap<>();
    line.properties()
        .forEach(
            field -> {
              if (field.getValue().isNumber()
                  && !field.getKey().equals("step")
                  && !field.getKey().equals("lineage")) {
                values.put(field.getKey(), field.getValue().asDouble());
              }
            });
    return values;
  }
}
