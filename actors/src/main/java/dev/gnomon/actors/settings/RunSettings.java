package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import dev.gnomon.model.Choice;
import dev.gnomon.model.data.DataSettings;
import dev.gnomon.model.diffusion.DiffusionForm;
import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.PathKind;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.diffusion.SolverSettings;
import dev.gnomon.model.training.TrainingSettings;
import dev.gnomon.protocol.Role;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A run's whole configuration as values, read once at the start. The keys, their meaning and their
 * defaults stand in conf/defaults.conf.
 *
 * @param training everything the numbers depend on
 * @param roles how each role but the coordinator is filled on this node
 * @param memoryCheck whether a run that needs more memory than there is may not start
 * @param init weights to start from instead of random ones
 * @param resolved the configuration all this was read from, with every default in it
 */
public record RunSettings(
    TrainingSettings training,
    DataSettings data,
    CheckpointSettings checkpoint,
    EvaluationSettings evaluation,
    Map<Role, RoleSettings> roles,
    RestartSettings restart,
    DeadlineSettings deadlines,
    HttpSettings http,
    boolean memoryCheck,
    Optional<Path> init,
    Config resolved) {

  /** The settings in a resolved configuration, such as {@link Configuration} loads. */
  public static RunSettings from(Config config) {
    Config gnomon = config.getConfig("gnomon");
    return new RunSettings(
        training(gnomon),
        data(gnomon.getConfig("data")),
        checkpoint(gnomon.getConfig("checkpoint")),
        evaluation(gnomon),
        roles(gnomon),
        restart(gnomon.getConfig("restart")),
        deadlines(gnomon.getConfig("deadlines")),
        http(gnomon.getConfig("http")),
        gnomon.getBoolean("memory.check"),
        text(gnomon, "init").map(Path::of),
        config);
  }

  /** How {@code role} is filled on this node. */
  public RoleSettings role(Role role) {
    return roles.get(role);
  }

  /** The file of codes that images were given, for a source that trains under them. */
  public Optional<Path> codes() {
    return training.condition().source().given()
        ? text(resolved, CodesFile.FILE).map(Path::of)
        : Optional.empty();
  }

  /** The same, but for how checkpoints are scored. */
  public RunSettings with(EvaluationSettings other) {
    return with(training, other, roles);
  }

  /** The same, but for what the numbers depend on. */
  public RunSettings with(TrainingSettings other) {
    return with(other, evaluation, roles);
  }

  /** The same, but for the device of one role. */
  public RunSettings with(Role role, String device) {
    RoleSettings was = role(role);
    Map<Role, RoleSettings> changed = new EnumMap<>(roles);
    changed.put(role, new RoleSettings(was.instances(), device, was.threads(), was.actorClass()));
    return with(training, evaluation, Map.copyOf(changed));
  }

  /** The same, but for what {@code changed} says of checkpoints, scores, restarts and deadlines. */
  RunSettings with(Config changed) {
    RunSettings read = from(changed);
    return new RunSettings(
        training,
        data,
        read.checkpoint,
        read.evaluation,
        roles,
        read.restart,
        read.deadlines,
        http,
        memoryCheck,
        init,
        changed);
  }

  private RunSettings with(
      TrainingSettings trained, EvaluationSettings scored, Map<Role, RoleSettings> filled) {
    return new RunSettings(
        trained,
        data,
        checkpoint,
        scored,
        filled,
        restart,
        deadlines,
        http,
        memoryCheck,
        init,
        resolved);
  }

  private static TrainingSettings training(Config c) {
    return new TrainingSettings(
        c.getLong("steps"),
        c.getInt("batch-size"),
        c.getInt("accumulate"),
        c.getBoolean("recompute-blocks"),
        c.getLong("seed"),
        TrainingSettings.Precision.valueOf(upper(c.getString("precision"))),
        c.getDouble("boundary"),
        c.getInt("max-staleness"),
        c.getInt("publish-every"),
        c.getDouble("ema-decay"),
        network(c),
        condition(c.getConfig("condition")),
        noiseLevels(c),
        Choice.of(PathKind.values(), c.getString("path")).path(),
        optimizer(c.getConfig("optimizer")));
  }

  private static TrainingSettings.Network network(Config gnomon) {
    Config c = gnomon.getConfig("model");
    return new TrainingSettings.Network(
        gnomon.getInt("data.size"),
        gnomon.getInt("data.channels"),
        c.getInt("patch"),
        c.getInt("width"),
        c.getInt("depth"),
        c.getInt("heads"),
        c.getBoolean("qkv-bias"),
        c.getBoolean("mlp-time-embed"),
        c.getBoolean("convolution"),
        c.getDouble("time-scale"));
  }

  private static TrainingSettings.Condition condition(Config c) {
    return new TrainingSettings.Condition(
        Choice.of(TrainingSettings.Source.values(), c.getString("source")),
        c.getInt("prototypes"),
        c.getInt("classes"),
        c.getDouble("drop-probability"),
        c.getDouble("epsilon"),
        c.getInt("iterations"),
        c.getDouble("temperature"),
        c.getDouble("weight"),
        c.getBoolean("masked-mean"),
        c.getBoolean("masked-assignment"),
        c.getBoolean("unconditional-taps"),
        c.getInt("queue"));
  }

  private static TrainingSettings.NoiseLevels noiseLevels(Config gnomon) {
    if (gnomon.getValue("noise-levels").valueType() == ConfigValueType.OBJECT) {
      Config c = gnomon.getConfig("noise-levels");
      return new TrainingSettings.NoiseLevels(
          c.getDouble("teacher"), c.getDouble("mask-from"), c.getDouble("mask-to"));
    }
    return gnomon.getString("noise-levels").equals("code")
        ? new TrainingSettings.NoiseLevels(0.15, 0.10, 0.20)
        : new TrainingSettings.NoiseLevels(0.20, 0.15, 0.25);
  }

  private static TrainingSettings.Optimizer optimizer(Config c) {
    return new TrainingSettings.Optimizer(
        c.getDouble("learning-rate"),
        c.getDouble("beta1"),
        c.getDouble("beta2"),
        c.getDouble("epsilon"),
        c.getDouble("weight-decay"),
        c.getLong("warmup"),
        c.getDouble("clip"));
  }

  private static DataSettings data(Config c) {
    return new DataSettings(
        c.getString("kind"),
        text(c, "path").map(Path::of),
        c.getInt("size"),
        c.getInt("channels"),
        c.getLong("seed"),
        c.getBoolean("flip"));
  }

  private static CheckpointSettings checkpoint(Config c) {
    return new CheckpointSettings(
        c.getLong("every"), c.getInt("keep-newest"), c.getInt("keep-best"));
  }

  private static EvaluationSettings evaluation(Config gnomon) {
    Config c = gnomon.getConfig("evaluate");
    return new EvaluationSettings(
        c.getLong("every"),
        c.getInt("samples"),
        c.getInt("reference"),
        new SamplingSettings(
            new SolverSettings(
                Choice.of(SolverKind.values(), c.getString("solver")),
                c.getInt("steps"),
                c.getDouble("tolerance"),
                Choice.of(DiffusionForm.values(), c.getString("diffusion"))),
            guidance(gnomon.getConfig("guidance")),
            c.getString("weights").equals("ema")),
        c.getString("feature-network"));
  }

  private static Guidance guidance(Config c) {
    return new Guidance(
        c.getDouble("strength"),
        c.getDouble("noise-from"),
        c.getDouble("noise-to"),
        c.getDouble("stop-similarity"));
  }

  private static Map<Role, RoleSettings> roles(Config gnomon) {
    Map<Role, RoleSettings> roles = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      if (role != Role.COORDINATOR) {
        Config c = gnomon.getConfig("roles." + role.wireName());
        roles.put(
            role,
            new RoleSettings(
                c.getInt("instances"),
                c.getString("device"),
                threads(c.getInt("threads"), gnomon.getInt("threads")),
                text(gnomon.getConfig("actors"), role.wireName())));
      }
    }
    return Map.copyOf(roles);
  }

  /** A role's own number, else that of all, else every core. */
  private static int threads(int own, int ofAll) {
    return own > 0 ? own : ofAll > 0 ? ofAll : Runtime.getRuntime().availableProcessors();
  }

  private static RestartSettings restart(Config c) {
    return new RestartSettings(
        c.getInt("attempts"),
        c.getDuration("within"),
        c.getDuration("first-backoff"),
        c.getDuration("longest-backoff"),
        c.getInt("skipped-batches"));
  }

  private static DeadlineSettings deadlines(Config c) {
    return new DeadlineSettings(
        c.getDuration("answer"),
        c.getDuration("evaluation-block"),
        c.getDuration("evaluator"),
        c.getDuration("waiting"),
        c.getDuration("stop"));
  }

  private static HttpSettings http(Config c) {
    return new HttpSettings(c.getBoolean("enabled"), c.getString("host"), c.getInt("port"));
  }

  private static Optional<String> text(Config c, String key) {
    return Optional.of(c.getString(key)).filter(value -> !value.isBlank());
  }

  private static String upper(String value) {
    return value.toUpperCase(Locale.ROOT);
  }
}
