package dev.gnomon.tests.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.gnomon.model.backbone.TokenLayout;
import dev.gnomon.model.backbone.UViT;
import dev.gnomon.model.clustering.ProjectionHead;
import dev.gnomon.model.clustering.SinkhornKnopp;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Kernels;
import dev.gnomon.model.features.KMeans;
import dev.gnomon.model.metrics.FrechetDistance;
import dev.gnomon.model.metrics.PrincipalComponents;
import dev.gnomon.model.metrics.SmallClassifier;
import dev.gnomon.model.optim.AdamW;
import dev.gnomon.model.optim.MovingAverage;
import dev.gnomon.model.training.TrainingSettings.Network;
import dev.gnomon.model.training.TrainingSettings.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The native kernels of this build as files, for {@code tests/gpu/kernels.py}: the archives that
 * training loads, in every variant that a CPU or a GPU takes, and {@code kernels.json}, which says
 * what each file is.
 */
final class KernelArchives {

  /** Networks with a label token, by name: the published U-ViT-L/2, and one with other options. */
  static final Map<String, Network> NETWORKS = new LinkedHashMap<>();

  static {
    NETWORKS.put("large", new Network(32, 4, 2, 1024, 20, 16, false, false, true, 1000));
    NETWORKS.put("small", new Network(16, 3, 2, 64, 4, 4, true, true, false, 1));
  }

  private static final Pattern METHOD = Pattern.compile("(?m)^ *def (\\w+)\\(");

  private KernelArchives() {}

  /**
   * A program of native kernels.
   *
   * @param program simple name of the class that loads it
   * @param network name of the network it is of; empty where it is the same for all
   * @param device {@code cpu} or {@code gpu} where it is for one of them, {@code any} otherwise
   * @param precision fp64, fp32 or bf16
   */
  record Program(String program, String network, String device, String precision, String text) {

    String file() {
      String name = String.join("-", program, network, device, precision);
      return name.replace("--", "-").toLowerCase(Locale.ROOT) + ".pt";
    }

    /** Names of its kernels, in their order. */
    List<String> kernels() {
      return METHOD.matcher(text).results().map(match -> match.group(1)).toList();
    }
  }

  /** All programs. */
  static List<Program> programs() {
    List<Program> all = new ArrayList<>();
    NETWORKS.forEach(
        (name, network) -> {
          all.add(blocks(name, "cpu", Precision.FP32));
          all.add(blocks(name, "gpu", Precision.FP32));
          all.add(blocks(name, "gpu", Precision.BF16));
          all.add(new Program("UViT", name, "any", "fp32", UViT.program(network)));
        });
    all.add(new Program("AdamW", "", "any", "fp32", AdamW.program()));
    all.add(new Program("MovingAverage", "", "any", "fp32", MovingAverage.program()));
    all.add(new Program("ProjectionHead", "", "any", "fp32", ProjectionHead.program()));
    all.add(new Program("SinkhornKnopp", "", "any", "fp32", SinkhornKnopp.program()));
    all.add(new Program("FrechetDistance", "", "cpu", "fp64", FrechetDistance.program()));
    all.add(new Program("PrincipalComponents", "", "cpu", "fp64", PrincipalComponents.program()));
    all.add(new Program("KMeans", "", "any", "fp64", KMeans.program()));
    all.add(new Program("SmallClassifier", "", "any", "fp32", SmallClassifier.program()));
    all.add(new Program("ComputeDevice", "", "any", "fp32", ComputeDevice.program()));
    return all;
  }

  private static Program blocks(String network, String device, Precision precision) {
    String text =
        UViT.blockProgram(
            NETWORKS.get(network), TokenLayout.LABEL, precision, device.equals("cpu"));
    return new Program(
        "Blocks", network, device, precision.toString().toLowerCase(Locale.ROOT), text);
  }

  /** Writes all archives and {@code kernels.json} into a folder, which is made if need be. */
  static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Map<String, Object>> archives = new ArrayList<>();
    for (Program program : programs()) {
      Files.write(directory.resolve(program.file()), Kernels.archive(program.text()));
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("file", program.file());
      entry.put("program", program.program());
      entry.put("network", program.network());
      entry.put("device", program.device());
      entry.put("precision", program.precision());
      entry.put("kernels", program.kernels());
      archives.add(entry);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("networks", NETWORKS);
    all.put("archives", archives);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(directory.resolve("kernels.json").toFile(), all);
  }
}
