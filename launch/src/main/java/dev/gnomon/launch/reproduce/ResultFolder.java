package dev.gnomon.launch.reproduce;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of an experiment, a file a job. A file's name has a part of its job's digest, so that
 * results of other settings are neither taken for these nor written over.
 */
public final class ResultFolder {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String ENDING = ".json";

  private final Path folder;

  public ResultFolder(Path folder) {
    this.folder = folder;
  }

  public Path path() {
    return folder;
  }

  /**
   * The result of a job, if it is done.
   *
   * @throws DataException where its file is not a result, or is one of other settings
   */
  public Optional<JobResult> of(Job job) {
    Path file = file(job);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JobResult result = read(file);
    if (!result.digest().equals(job.digest())) {
      throw new DataException(
          "%s: is a result of other settings (digest %s, and this job has %s); remove it, or choose another --docs"
              .formatted(file, result.digest(), job.digest()));
    }
    result
        .settings()
        .forEach(
            (key, value) -> {
              if (!value.equals(job.settings().getOrDefault(key, value))) {
                throw new DataException(
                    "%s: is a result of other settings (%s was %s, and is %s now); remove it, or choose another --docs"
                        .formatted(file, key, value, job.settings().get(key)));
              }
            });
    return Optional.of(result);
  }

  /**
   * Checks that results are of the images that are there, as far as they say.
   *
   * @param images digest of those
   * @throws DataException where one is not
   */
  public void requireImages(List<Job> jobs, String images) {
    for (Job job : jobs) {
      boolean others =
          of(job)
              .map(result -> !result.origin().getOrDefault(JobWork.IMAGES, images).equals(images))
              .orElse(false);
      if (others) {
        throw new DataException(
            "%s: is a result of other images than those that are here; name its images by --data, or other --docs and --out"
                .formatted(file(job)));
      }
    }
  }

  /** Checks that results can be kept here, before anything is computed. */
  public void requireWritable() throws IOException {
    WholeFile.requireWritable(folder);
  }

  /**
   * Keeps a result.
   *
   * @throws IOException where it can not be; there is none then
   */
  public void keep(Job job, JobResult result) throws IOException {
    Files.createDirectories(folder);
    ObjectNode tree = JSON.createObjectNode();
    tree.put("job", result.job());
    tree.put("digest", result.digest());
    tree.put("commit", result.commit());
    tree.put("seed", result.seed());
    ObjectNode scores = tree.putObject("scores");
    result.scores().forEach((name, value) -> put(scores, name, value));
    ObjectNode origin = tree.putObject("origin");
    result.origin().forEach(origin::put);
    ObjectNode settings = tree.putObject("settings");
    result.settings().forEach(settings::put);
    WholeFile.write(
        file(job), (JSON.writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** One that is not finite is left out: JSON has no word for it. */
  private static void put(ObjectNode scores, String name, double value) {
    if (Double.isFinite(value)) {
      scores.put(name, value);
    }
  }

  /** Files here that are of none of these jobs: of other settings, or of a job that is no more. */
  public List<Path> others(List<Job> jobs) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Set<Path> known = jobs.stream().map(this::file).collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ENDING) && !known.contains(file))
          .sorted()
          .toList();
    }
  }

  private static Map<String, String> texts(JsonNode tree) {
    Map<String, String> texts = new LinkedHashMap<>();
    tree.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asText()));
    return texts;
  }

  private Path file(Job job) {
    return folder.resolve(job.fileName() + ENDING);
  }

  private static JobResult read(Path file) {
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      Map<String, Double> scores = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> score : tree.path("scores").properties()) {
        if (!score.getValue().isNumber()) {
          throw new DataException(
              "%s: score %s is no number; remove the file, and its job is done again"
                  .formatted(file, score.getKey()));
        }
        scores.put(score.getKey(), score.getValue().asDouble());
      }
      if (!tree.path("digest").isTextual() || scores.isEmpty()) {
        throw new DataException(file + ": is no result; remove it, and its job is done again");
      }
      return new JobResult(
          tree.path("job").asText(),
          tree.path("digest").asText(),
          tree.path("commit").asText(),
          tree.path("seed").asLong(),
          texts(tree.path("origin")),
          texts(tree.path("settings")),
          scores);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s: is no result (%s); remove it, and its job is done again"
              .formatted(file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new DataException(file + ": can not be read: " + e, e);
    }
  }
}
