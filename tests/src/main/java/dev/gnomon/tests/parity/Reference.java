package dev.gnomon.tests.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A file of reference numbers: tensors, and what its header says of them as JSON.
 *
 * @param name the file's name
 */
record Reference(String name, WeightSet tensors, Map<String, String> metadata) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys of a network's configuration that say something we can build. */
  private static final Set<String> KNOWN =
      Set.of(
          "img_size",
          "patch_size",
          "in_chans",
          "embed_dim",
          "depth",
          "num_heads",
          "num_classes",
          "qkv_bias",
          "mlp_time_embed",
          "conv",
          "mlp_ratio",
          "normalize",
          "p_uncond",
          "nmb_prototypes",
          "nmb_prototypes_output_dim");

  static Reference read(Path file) {
    return new Reference(
        file.getFileName().toString(), Safetensors.read(file), Safetensors.metadata(file));
  }

  /** A value of the header. */
  JsonNode value(String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new IncomparableException("its header has no \"" + key + "\"");
    }
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IncomparableException("\"" + key + "\" in its header is no JSON: " + text);
    }
  }

  /** A value of the network's configuration; missing where it says nothing. */
  JsonNode config(String key) {
    return value("config").path(key);
  }

  HostTensor tensor(String name) {
    if (!tensors.has(name)) {
      throw new IncomparableException("it has no tensor \"" + name + "\"");
    }
    return tensors.get(name);
  }

  /** The network it configures; times go in as they are given. */
  Network network() {
    value("config")
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!KNOWN.contains(key)) {
                throw new IncomparableException("its network has an unknown \"" + key + "\"");
              }
            });
    require("mlp_ratio", 4);
    return new Network(
        config("img_size").asInt(),
        config("in_chans").asInt(),
        config("patch_size").asInt(),
        config("embed_dim").asInt(),
        config("depth").asInt(),
        config("num_heads").asInt(),
        config("qkv_bias").asBoolean(false),
        config("mlp_time_embed").asBoolean(false),
        config("conv").asBoolean(true),
        1);
  }

  /** Refuses a network whose configuration has another value than the one we build. */
  void require(String key, double expected) {
    JsonNode found = config(key);
    if (!found.isMissingNode() && found.asDouble() != expected) {
      throw new IncomparableException(
          "its network has \"%s\" %s; ours is built with %s".formatted(key, found, expected));
    }
  }

  Optimizer optimizer() {
    JsonNode adamw = value("adamw");
    return new Optimizer(
        adamw.get("lr").asDouble(),
        adamw.get("betas").get(0).asDouble(),
        adamw.get("betas").get(1).asDouble(),
        adamw.get("eps").asDouble(),
        adamw.get("weight_decay").asDouble(),
        0,
        0);
  }

  /** Elements of any type as doubles. */
  static double[] numbers(HostTensor tensor) {
    double[] numbers = new double[Math.toIntExact(tensor.elements())];
    var data = tensor.data();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (tensor.type()) {
            case F32 -> data.getFloat();
            case F64 -> data.getDouble();
            case I32 -> data.getInt();
            case I64 -> data.getLong();
            case U8 -> data.get() & 0xff;
          };
    }
    return numbers;
  }
}
