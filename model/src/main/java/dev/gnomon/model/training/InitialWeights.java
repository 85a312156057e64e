package dev.gnomon.model.training;

import dev.gnomon.model.backbone.Parameter;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Weights that a run starts from instead of random ones: a safetensors file with the names of the
 * network's state dict, or one half of a checkpoint of ours, of which the average is taken.
 */
public final class InitialWeights {

  private static final String POSITIONS = "pos_embed";
  private static final String CLASS = "cls_token";
  private static final String LABELS = "label_emb.weight";

  /** To each patch, where conditions are of patches. */
  private static final Set<String> ADDED = Set.of(Conditioning.UNCONDITIONAL, Conditioning.NULL);

  private InitialWeights() {}

  /** The state dict in {@code file}. */
  public static WeightSet read(Path file) {
    WeightSet weights = Safetensors.read(file);
    WeightSet average = weights.under("ema.");
    return average.names().isEmpty() ? weights : average;
  }

  /**
   * Looks whether a run can start from a file, without a device.
   *
   * @throws IllegalArgumentException where its tensors are of another network, and {@link
   *     dev.gnomon.model.engine.SafetensorsException} where it can not be read
   */
  public static void check(Path file, TrainingSettings settings) {
    WeightSet given = read(file);
    List<Parameter> parameters = new Conditioning(settings).parameters();
    WeightSet weights = fitted(given, settings, parameters);
    checked(
        parameters.stream().map(Parameter::name).filter(name -> !weights.has(name)).toList(),
        parameters.size());
    if (settings.condition().source().learnsCodes()) {
      for (Parameter parameter :
          ProjectionHead.parameters(
              settings.network().width(), settings.condition().prototypes())) {
        if (given.has(parameter.name())) {
          AssignerState.requireShape(
              parameter.name(), given.get(parameter.name()).shape(), parameter.shape());
        }
      }
    }
  }

  /**
   * Weights of a network whose conditions come from elsewhere, as one with other tokens before its
   * patches starts from them: positions go with their tokens, an embedding of labels stays where it
   * is. What is missing then keeps its random start, but for what is added to each patch: that is 0
   * where it was a token or nothing before, so that the network begins as the one that was trained.
   * (At random it is as large as the patches themselves: after half a run without guidance on Sign
   * Language Digits the loss began at 1.3 again, that of noise, where tokens left it at 0.12.)
   *
   * @throws IllegalArgumentException where another tensor has not the parameter's shape
   */
  static WeightSet fitted(WeightSet given, TrainingSettings settings, List<Parameter> parameters) {
    Map<String, HostTensor> fitted = new LinkedHashMap<>();
    boolean ownClass = parameters.stream().anyMatch(parameter -> parameter.name().equals(CLASS));
    int extras = new Conditioning(settings).extras();
    List<String> here = tokens(extras, ownClass);
    boolean adds = settings.condition().source().perPatch() && !added(given, settings);
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      if (!given.has(parameter.name()) || (adds && ADDED.contains(parameter.name()))) {
        continue;
      }
      HostTensor tensor = given.get(parameter.name());
      if (parameter.name().equals(POSITIONS)) {
        HostTensor own = parameter.initial(settings.seed(), i);
        fitted.put(POSITIONS, positions(tensor, own, settings, given.has(CLASS), here));
      } else if (Arrays.equals(tensor.shape(), parameter.shape())) {
        fitted.put(parameter.name(), tensor);
      } else if (!parameter.name().equals(LABELS)) {
        throw new IllegalArgumentException(
            "the initial weights have %s of shape %s, the network has %s: it must be of the same width, depth and patch"
                .formatted(
                    parameter.name(),
                    Arrays.toString(tensor.shape()),
                    Arrays.toString(parameter.shape())));
      }
    }
    if (adds && !fitted.isEmpty()) {
      parameters.stream()
          .filter(parameter -> ADDED.contains(parameter.name()))
          .forEach(parameter -> fitted.put(parameter.name(), zeros(parameter)));
    }
    return new WeightSet(fitted);
  }

  /** Whether the network that they are of adds conditions to patches: it has no token for them. */
  private static boolean added(WeightSet given, TrainingSettings settings) {
    return given.has(CLASS)
        && given.has(POSITIONS)
        && theirs(given.get(POSITIONS), settings) == tokens(2, true).size();
  }

  /** How many tokens stand before the patches there. */
  private static long theirs(HostTensor positions, TrainingSettings settings) {
    long[] shape = positions.shape();
    return shape.length == 3 ? shape[1] - settings.network().patches() : 0;
  }

  private static HostTensor zeros(Parameter parameter) {
    long values = Arrays.stream(parameter.shape()).reduce(1, Math::multiplyExact);
    return HostTensor.of(new float[Math.toIntExact(values)], parameter.shape());
  }

  /**
   * Positions of the tokens that stand before the patches, by how many there are.
   *
   * @param withClass whether one of them is the image's own
   */
  private static List<String> tokens(int extras, boolean withClass) {
    return switch (extras) {
      case 1 -> List.of("time");
      case 2 -> List.of(withClass ? "class" : "condition", "time");
      default -> List.of("class", "time", "condition");
    };
  }

  private static HostTensor positions(
      HostTensor given,
      HostTensor own,
      TrainingSettings settings,
      boolean withClass,
      List<String> here) {
    int patches = settings.network().patches();
    int width = settings.network().width();
    long theirs = theirs(given, settings);
    if (theirs < 1 || theirs > 3 || given.shape()[2] != width) {
      throw new IllegalArgumentException(
          "the initial weights have positions %s, the network has %d patches of width %d"
              .formatted(Arrays.toString(given.shape()), patches, width));
    }
    float[] from = given.floats();
    float[] to = own.floats();
    List<String> there = tokens((int) theirs, withClass);
    for (String token : here) {
      if (there.contains(token)) {
        System.arraycopy(
            from, there.indexOf(token) * width, to, here.indexOf(token) * width, width);
      }
    }
    System.arraycopy(from, (int) theirs * width, to, here.size() * width, patches * width);
    return HostTensor.of(to, own.shape());
  }

  /**
   * Refuses weights that have nothing to do with the network.
   *
   * @param missing parameters of the network that were not among the weights
   * @param parameters number of the network's parameters
   */
  static List<String> checked(List<String> missing, int parameters) {
    if (missing.size() == parameters) {
      throw new IllegalArgumentException(
          "the initial weights hold none of the network's parameters, such as "
              + missing.get(0)
              + "; they must be named as in the reference's state dict");
    }
    return missing;
  }
}
