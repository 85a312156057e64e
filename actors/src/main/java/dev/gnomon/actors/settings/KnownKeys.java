package dev.gnomon.actors.settings;

import static dev.gnomon.actors.settings.Expectation.atLeast;
import static dev.gnomon.actors.settings.Expectation.bytes;
import static dev.gnomon.actors.settings.Expectation.count;
import static dev.gnomon.actors.settings.Expectation.duration;
import static dev.gnomon.actors.settings.Expectation.even;
import static dev.gnomon.actors.settings.Expectation.flag;
import static dev.gnomon.actors.settings.Expectation.matching;
import static dev.gnomon.actors.settings.Expectation.names;
import static dev.gnomon.actors.settings.Expectation.oneOf;
import static dev.gnomon.actors.settings.Expectation.positive;
import static dev.gnomon.actors.settings.Expectation.shareBelowOne;
import static dev.gnomon.actors.settings.Expectation.text;
import static dev.gnomon.actors.settings.Expectation.whole;
import static dev.gnomon.actors.settings.Expectation.within;

import dev.gnomon.model.Choice;
import dev.gnomon.model.data.DataKind;
import dev.gnomon.model.diffusion.DiffusionForm;
import dev.gnomon.model.diffusion.PathKind;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.metrics.FeatureKind;
import dev.gnomon.model.training.TrainingSettings.Source;
import dev.gnomon.protocol.Role;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Every key of a configuration and what its value has to be. Meanings: conf/defaults.conf. */
final class KnownKeys {

  /** Below these anything goes: Akka checks its own keys, and plugins have theirs. */
  private static final String[] FREE = {"akka", "gnomon.plugins"};

  private static final String CLASS_NAME = "([\\w$]+\\.)*[\\w$]+";
  private static final String[] FEATURE_NETWORKS = Choice.words(FeatureKind.values());
  private static final Map<String, Expectation> KEYS = keys();

  private KnownKeys() {}

  /** All keys, by their whole paths. */
  static Set<String> all() {
    return KEYS.keySet();
  }

  static Optional<Expectation> expectation(String key) {
    return Optional.ofNullable(KEYS.get(key));
  }

  static boolean isFree(String key) {
    return Stream.of(FREE).anyMatch(free -> key.equals(free) || key.startsWith(free + "."));
  }

  /** Whether keys lie below {@code key}, such as "gnomon.model". */
  static boolean isGroup(String key) {
    return key.isEmpty()
        || Stream.concat(KEYS.keySet().stream(), Stream.of(FREE))
            .anyMatch(known -> known.startsWith(key + "."));
  }

  /** The known key that {@code key} is most likely a slip of, if there is one. */
  static Optional<String> nearest(String key) {
    return nearestOf(key, KEYS.keySet().stream());
  }

  /** The known group that {@code key} is most likely a slip of, if there is one. */
  static Optional<String> nearestGroup(String key) {
    return nearestOf(
        key,
        KEYS.keySet().stream().map(known -> known.substring(0, known.lastIndexOf('.'))).distinct());
  }

  private static Optional<String> nearestOf(String key, Stream<String> known) {
    int furthest = Math.max(2, key.length() / 3);
    return known
        .filter(candidate -> EditDistance.toKey(key, candidate) <= furthest)
        .min(
            Comparator.comparingInt((String candidate) -> EditDistance.toKey(key, candidate))
                .thenComparing(candidate -> candidate.split("\\.").length)
                .thenComparing(Comparator.naturalOrder()));
  }

  private static Map<String, Expectation> keys() {
    Map<String, Expectation> keys = new LinkedHashMap<>();
    keys.put("steps", whole(1));
    keys.put("batch-size", count(1));
    keys.put("accumulate", count(1));
    keys.put("recompute-blocks", flag());
    keys.put("memory.check", flag());
    keys.put("seed", whole(Long.MIN_VALUE));
    keys.put("init", text());
    keys.put("precision", oneOf("bf16", "fp32"));
    keys.put("threads", count(0));
    keys.put("boundary", within(0, 1));
    keys.put("ema-decay", shareBelowOne());
    keys.put("publish-every", count(1));
    keys.put("max-staleness", count(0));
    keys.put("path", oneOf(Choice.words(PathKind.values())));
    keys.put("noise-levels", oneOf("paper", "code"));
    keys.put("noise-levels.teacher", within(0, 1));
    keys.put("noise-levels.mask-from", within(0, 1));
    keys.put("noise-levels.mask-to", within(0, 1));

    keys.put("data.kind", oneOf(Choice.words(DataKind.values())));
    keys.put("data.path", text());
    keys.put("data.size", count(1));
    keys.put("data.channels", oneOf("1", "3"));
    keys.put("data.flip", flag());
    keys.put("data.seed", whole(Long.MIN_VALUE));

    keys.put("model.patch", count(1));
    keys.put("model.width", even(2));
    keys.put("model.depth", even(0));
    keys.put("model.heads", count(1));
    keys.put("model.qkv-bias", flag());
    keys.put("model.mlp-time-embed", flag());
    keys.put("model.convolution", flag());
    keys.put("model.time-scale", positive());

    keys.put("condition.source", oneOf(Choice.words(Source.values())));
    keys.put("condition.codes", text());
    keys.put("condition.codes-digest", matching("a SHA-256 in hex, or empty", "|[0-9a-f]{64}"));
    keys.put("condition.prototypes", count(2));
    keys.put("condition.classes", count(1));
    keys.put("condition.drop-probability", within(0, 1));
    keys.put("condition.epsilon", positive());
    keys.put("condition.iterations", count(1));
    keys.put("condition.temperature", positive());
    keys.put("condition.weight", atLeast(0));
    keys.put("condition.masked-mean", flag());
    keys.put("condition.masked-assignment", flag());
    keys.put("condition.unconditional-taps", flag());
    keys.put("condition.queue", count(0));
    keys.put("guidance.strength", atLeast(0));
    keys.put("guidance.noise-from", within(0, 1));
    keys.put("guidance.noise-to", within(0, 1));
    keys.put("guidance.stop-similarity", within(-1, 1));

    keys.put("optimizer.learning-rate", positive());
    keys.put("optimizer.beta1", shareBelowOne());
    keys.put("optimizer.beta2", shareBelowOne());
    keys.put("optimizer.epsilon", positive());
    keys.put("optimizer.weight-decay", atLeast(0));
    keys.put("optimizer.warmup", whole(0));
    keys.put("optimizer.clip", atLeast(0));

    keys.put("checkpoint.every", whole(1));
    keys.put("checkpoint.keep-newest", count(1));
    keys.put("checkpoint.keep-best", count(0));

    keys.put("evaluate.every", whole(0));
    keys.put("evaluate.samples", count(2));
    keys.put("evaluate.reference", count(2));
    keys.put("evaluate.solver", oneOf(Choice.words(SolverKind.values())));
    keys.put("evaluate.steps", count(1));
    keys.put("evaluate.tolerance", positive());
    keys.put("evaluate.diffusion", oneOf(Choice.words(DiffusionForm.values())));
    keys.put("evaluate.weights", oneOf("ema", "student"));
    keys.put(
        "evaluate.feature-network",
        matching(
            String.join(" | ", FEATURE_NETWORKS) + ", or the name of a class",
            String.join("|", FEATURE_NETWORKS) + "|" + CLASS_NAME));

    for (Role role : Role.values()) {
      if (role != Role.COORDINATOR) {
        String name = role.wireName();
        boolean shared = role == Role.DATA || role == Role.TEACHER || role == Role.EVALUATOR;
        keys.put("roles." + name + ".instances", shared ? count(1, 64) : count(1, 1));
        keys.put("roles." + name + ".device", matching("cpu | gpu0 | gpu1 ...", "cpu|gpu\\d+"));
        keys.put("roles." + name + ".threads", count(0));
        keys.put("actors." + name, matching("the name of a class, or empty", "|" + CLASS_NAME));
      }
    }

    keys.put("restart.attempts", count(0));
    keys.put("restart.within", duration());
    keys.put("restart.first-backoff", duration());
    keys.put("restart.longest-backoff", duration());
    keys.put("restart.skipped-batches", count(0, 100));
    keys.put("deadlines.answer", duration());
    keys.put("deadlines.evaluation-block", duration());
    keys.put("deadlines.evaluator", duration());
    keys.put("deadlines.waiting", duration());
    keys.put("deadlines.stop", duration());
    keys.put("http.enabled", flag());
    keys.put("http.host", matching("the name or address of a host", "[^\\s/]+"));
    keys.put("http.port", count(0, 65_535));
    keys.put("transport", oneOf("tcp", "tls"));
    keys.put("tls.key-file", text());
    keys.put("tls.cert-file", text());
    keys.put("tls.ca-file", text());
    keys.put("tls.name", matching("a DNS name, such as gnomon", "[\\w-]{1,63}(\\.[\\w-]{1,63})*"));
    keys.put("tls.check-hosts", flag());
    keys.put("wire.max-bytes", bytes());
    keys.put("experiment.messages", names());

    Map<String, Expectation> full = new LinkedHashMap<>();
    keys.forEach((key, expectation) -> full.put("gnomon." + key, expectation));
    return full;
  }
}
