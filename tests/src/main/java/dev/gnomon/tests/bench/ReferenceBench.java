package dev.gnomon.tests.bench;

import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A training step beside the same network, batch and threads in PyTorch, eager, in fp32. */
final class ReferenceBench implements Bench {

  @Override
  public String what() {
    return "a training step beside PyTorch's (python3-torch), eager, in fp32";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    int cores = Runtime.getRuntime().availableProcessors();
    double[] ours = new double[2];
    for (Precision precision : Precision.values()) {
      try (ComputeDevice device = ComputeDevice.open("cpu", cores);
          BenchNetwork network = new BenchNetwork(device, precision)) {
        ours[precision.ordinal()] = Timing.medians(repeats, network::step)[0];
      }
    }
    double python = Python.medianSeconds(program(), "bench", cores, Math.min(repeats, 7));
    double bf16 = ours[Precision.BF16.ordinal()];
    double fp32 = ours[Precision.FP32.ordinal()];
    return List.of(
        new Figure(
            "time of PyTorch's step over ours in bf16",
            python / bf16,
            6,
            9,
            Map.of("ours ms", bf16 * 1e3, "PyTorch ms", python * 1e3)),
        new Figure(
            "time of PyTorch's step over ours in fp32",
            python / fp32,
            Double.NaN,
            Double.NaN,
            Map.of("ours ms", fp32 * 1e3, "PyTorch ms", python * 1e3)));
  }

  private static String program() throws IOException {
    try (InputStream script = ReferenceBench.class.getResourceAsStream("/python/uvit.py")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
