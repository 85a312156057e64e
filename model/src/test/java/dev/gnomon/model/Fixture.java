package dev.gnomon.model;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.engine.WeightSet;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Optimizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/** A file of reference numbers among the test resources. */
public record Fixture(WeightSet weights, Map<String, String> metadata) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public static Fixture read(String name) {
    try {
      Path file = Path.of(Fixture.class.getResource("/fixtures/" + name + ".safetensors").toURI());
      return new Fixture(Safetensors.read(file), Safetensors.metadata(file));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public JsonNode value(String key) {
    try {
      return JSON.readTree(metadata.get(key));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public JsonNode config(String key) {
    return value("config").path(key);
  }

  public Network network(double timeScale) {
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
        timeScale);
  }

  public Optimizer optimizer() {
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

  /** Norm of the difference over norm of the reference tensor of that name. */
  public double error(NDArray ours, String name) {
    return error(ComputeDevice.copy(ours), weights.get(name));
  }

  public static double error(HostTensor ours, HostTensor reference) {
    float[] a = ours.floats();
    float[] b = reference.floats();
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < b.length; i++) {
      difference += (a[i] - b[i]) * (double) (a[i] - b[i]);
      norm += b[i] * (double) b[i];
    }
    return norm == 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
  }
}
