package dev.gnomon.launch;

import dev.gnomon.launch.progress.WorkLines;
import dev.gnomon.launch.report.AgreementGrid;
import dev.gnomon.launch.report.AgreementGrid.Cell;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.data.DataException;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.Safetensors;
import dev.gnomon.model.features.CodesOrigin;
import dev.gnomon.model.features.FeatureFolder;
import dev.gnomon.model.features.ImageCodes;
import dev.gnomon.model.features.KMeans;
import dev.gnomon.model.features.NpyFile;
import dev.gnomon.model.features.Rows;
import dev.gnomon.model.metrics.ClusterAgreement;
import dev.gnomon.model.training.TrainingSettings.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gnomon kmeans}: codes of features, and how they agree with the labels. */
@Command(
    name = "kmeans",
    description = {
      "Clusters features by k-means, and compares clusters with labels.",
      "Takes each layer and noise level in a folder that gnomon features made, and writes",
      "the codes of each (safetensors: ids, codes, labels, centroids). Where the images",
      "have labels: a table of NMI, AMI and ARI, scores.tsv, and heat maps nmi.png, ami.png",
      "and ari.png.",
      "A file of codes is what a run with gnomon.condition.source = kmeans, or external where the",
      "features are of a foreign network, trains under."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class KMeansCommand implements Callable<Integer> {

  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

  @Option(
      names = "--features",
      paramLabel = "DIR",
      required = true,
      description = "Folder of features.")
  private Path features;

  @Option(
      names = {"-k", "--clusters"},
      paramLabel = "K",
      required = true,
      description =
          "Number of clusters. Paper: 30 (churches), 300 (ImageNet-100), 5000 (ImageNet).")
  private int clusters;

  @Option(
      names = "--restarts",
      paramLabel = "N",
      defaultValue = "5",
      description = "Starts (k-means++), of which the best is kept. Default: ${DEFAULT-VALUE}")
  private int restarts;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "100",
      description = "Most iterations of a start. Default: ${DEFAULT-VALUE}")
  private int iterations;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Of the starts. Default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = "--no-normalise",
      description = "Cluster features as they are. Else each is first brought to length 1.")
  private boolean asTheyAre;

  @Option(
      names = "--layers",
      paramLabel = "L",
      split = ",",
      description = "Only these. Default: all that are there.")
  private List<Integer> layers = List.of();

  @Option(
      names = "--noise-levels",
      paramLabel = "N",
      split = ",",
      description = "Only these. Default: all that are there.")
  private List<Double> noiseLevels = List.of();

  @Option(
      names = "--device",
      paramLabel = "cpu|gpuN",
      defaultValue = "cpu",
      description = "Where. Default: ${DEFAULT-VALUE}")
  private String device;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Default: kmeans-K in the folder of features.")
  private Optional<Path> out = Optional.empty();

  @Spec private CommandSpec spec;

  private record Made(Cell cell, Path file) {}

  @Override
  public Integer call() throws IOException {
    if (clusters < 2 || restarts < 1 || iterations < 1) {
      throw new UsageException(
          "-k %d --restarts %d --iterations %d: expected at least 2, 1 and 1"
              .formatted(clusters, restarts, iterations));
    }
    PrintWriter console = spec.commandLine().getOut();
    FeatureFolder folder = new FeatureFolder(features);
    Map<String, String> origin = origin(folder.origin());
    List<FeatureFolder.Entry> entries = chosen(folder.entries());
    int[] labels = folder.labels();
    Path codes = Files.createDirectories(out.orElse(features.resolve("kmeans-" + clusters)));
    List<Made> made = new ArrayList<>();
    int cores = Runtime.getRuntime().availableProcessors();
    try (ComputeDevice opened = Devices.open(device, cores)) {
      WorkLines lines = new WorkLines(console, "iterations", BETWEEN_LINES, System::nanoTime);
      for (int i = 0; i < entries.size(); i++) {
        int before = i;
        KMeans.Progress progress =
            iteration ->
                lines.at(
                    (long) before * iterations + iteration, (long) entries.size() * iterations);
        made.add(codes(opened, folder, entries.get(i), labels, codes, origin, progress));
        Cell cell = made.get(i).cell();
        console.printf(
            "%s  inertia %.6g  %s%n", entries.get(i).words(), cell.inertia(), cell.agreement());
        console.flush();
      }
    }
    Set<FeatureFolder.Entry> now = Set.copyOf(entries);
    for (FeatureFolder.Entry entry : folder.entries()) {
      if (!now.contains(entry) && isThere(entry, codes, origin)) {
        made.add(there(entry, labels, codes, origin).orElseThrow());
      }
    }
    report(made, entries.size(), codes, console);
    return ExitCode.DONE;
  }

  private List<FeatureFolder.Entry> chosen(List<FeatureFolder.Entry> there) {
    requireThere("--layers", layers, there.stream().map(FeatureFolder.Entry::layer).toList());
    requireThere(
        "--noise-levels",
        noiseLevels,
        there.stream().map(FeatureFolder.Entry::noiseLevel).toList());
    List<FeatureFolder.Entry> chosen =
        there.stream()
            .filter(entry -> layers.isEmpty() || layers.contains(entry.layer()))
            .filter(entry -> noiseLevels.isEmpty() || noiseLevels.contains(entry.noiseLevel()))
            .toList();
    if (chosen.isEmpty()) {
      throw new UsageException(
          there.isEmpty()
              ? "%s holds no features; launch/gnomon features makes them".formatted(features)
              : "--layers %s --noise-levels %s: %s holds none of them, but %s"
                  .formatted(
                      layers,
                      noiseLevels,
                      features,
                      String.join("; ", there.stream().map(FeatureFolder.Entry::words).toList())));
    }
    return chosen;
  }

  private <T extends Comparable<T>> void requireThere(
      String option, List<T> wanted, List<T> there) {
    for (T each : wanted) {
      if (!there.contains(each) && !there.isEmpty()) {
        throw new UsageException(
            "%s %s: %s holds none of it, but of %s; launch/gnomon features makes more"
                .formatted(
                    option,
                    each,
                    features,
                    there.stream()
                        .distinct()
                        .sorted()
                        .map(String::valueOf)
                        .collect(Collectors.joining(", "))));
      }
    }
  }

  /** What codes depend on, besides the layer and the noise level. */
  private Map<String, String> origin(Map<String, String> ofFeatures) {
    Map<String, String> origin = new LinkedHashMap<>();
    ofFeatures.forEach((key, value) -> origin.put("features." + key, value));
    origin.put("clusters", String.valueOf(clusters));
    origin.put("restarts", String.valueOf(restarts));
    origin.put("iterations", String.valueOf(iterations));
    origin.put("seed", String.valueOf(seed));
    origin.put("normalised", String.valueOf(!asTheyAre));
    return origin;
  }

  private Made codes(
      ComputeDevice opened,
      FeatureFolder folder,
      FeatureFolder.Entry entry,
      int[] labels,
      Path codes,
      Map<String, String> origin,
      KMeans.Progress progress)
      throws IOException {
    Path file = file(entry, codes);
    Optional<Made> there = there(entry, labels, codes, origin);
    if (there.isPresent()) {
      return there.get();
    }
    Map<String, String> wanted = wanted(entry, origin);
    try (NpyFile rows = NpyFile.rows(entry.file())) {
      if (rows.count() != labels.length) {
        throw new DataException(
            "%s: has %d rows, labels.npy %d".formatted(entry.file(), rows.count(), labels.length));
      }
      Rows used = asTheyAre ? rows : rows.normalised();
      KMeans.Clustering found =
          new KMeans(clusters, restarts, iterations, seed).fit(opened, used, progress);
      wanted.put("inertia", String.valueOf(found.inertia()));
      new ImageCodes(folder.ids(), found.codes(), labels, clusters)
          .write(file, found.centres(), wanted);
      return made(entry, labels, found.codes(), found.inertia(), file);
    }
  }

  private static Path file(FeatureFolder.Entry entry, Path codes) {
    return codes.resolve(entry.name() + ".safetensors");
  }

  private static Map<String, String> wanted(FeatureFolder.Entry entry, Map<String, String> origin) {
    Map<String, String> wanted = new LinkedHashMap<>(origin);
    wanted.put("layer", String.valueOf(entry.layer()));
    wanted.put("noise", String.valueOf(entry.noiseLevel()));
    return wanted;
  }

  /** Whether something was made of them before, and in the same way. */
  private static boolean isThere(
      FeatureFolder.Entry entry, Path codes, Map<String, String> origin) {
    Path file = file(entry, codes);
    if (!Files.exists(file)) {
      return false;
    }
    Map<String, String> there = new LinkedHashMap<>(Safetensors.metadata(file));
    return there.remove("inertia") != null && there.equals(wanted(entry, origin));
  }

  /** What was made of them before, if it was. */
  private static Optional<Made> there(
      FeatureFolder.Entry entry, int[] labels, Path codes, Map<String, String> origin)
      throws IOException {
    Path file = file(entry, codes);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Map<String, String> wanted = wanted(entry, origin);
    Map<String, String> there = new LinkedHashMap<>(Safetensors.metadata(file));
    String inertia = there.remove("inertia");
    if (!there.equals(wanted) || inertia == null) {
      throw new DataException(
          "%s: was made otherwise (%s); choose another --out, or remove it"
              .formatted(file, difference(there, wanted)));
    }
    int[] found = ImageCodes.read(file).codes();
    return Optional.of(made(entry, labels, found, Double.parseDouble(inertia), file));
  }

  private static String difference(Map<String, String> there, Map<String, String> wanted) {
    return wanted.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(there.get(entry.getKey())))
        .map(
            entry ->
                "%s %s, not %s"
                    .formatted(entry.getKey(), there.get(entry.getKey()), entry.getValue()))
        .findFirst()
        .orElse("by another version");
  }

  private static Made made(
      FeatureFolder.Entry entry, int[] labels, int[] codes, double inertia, Path file) {
    return new Made(
        new Cell(
            entry.layer(),
            entry.noiseLevel(),
            ClusterAgreement.nmi(labels, codes),
            ClusterAgreement.ami(labels, codes),
            ClusterAgreement.ari(labels, codes),
            (int) Arrays.stream(codes).distinct().count(),
            inertia),
        file);
  }

  /** That of the run whose folder the features lie in, which has the same images. */
  private Optional<Path> configuration() {
    for (Path folder = features.toAbsolutePath().normalize();
        folder != null;
        folder = folder.getParent()) {
      RunDirectory run = new RunDirectory(folder);
      if (run.hasConfiguration()) {
        return Optional.of(run.configuration());
      }
    }
    return Optional.empty();
  }

  /**
   * Says what came out.
   *
   * @param made those that were asked for, and after them those that were there besides
   */
  private void report(List<Made> made, int asked, Path codes, PrintWriter console)
      throws IOException {
    List<Cell> cells =
        made.stream()
            .map(Made::cell)
            .sorted(Comparator.comparingInt(Cell::layer).thenComparingDouble(Cell::noiseLevel))
            .toList();
    AgreementGrid grid = new AgreementGrid(cells, clusters);
    grid.writeTable(codes.resolve("scores.tsv"));
    boolean compared = !Double.isNaN(made.get(0).cell().ami());
    Made best = made.get(0);
    if (compared) {
      best =
          made.stream()
              .limit(asked)
              .max(Comparator.comparingDouble(m -> m.cell().ami()))
              .orElseThrow();
      console.printf(
          "%n%sBest by AMI: layer %d, noise %s. Table and heat maps: %s%n",
          grid.text(), best.cell().layer(), best.cell().noiseLevel(), codes);
    } else {
      console.printf("The images have no labels: nothing to compare codes with.%n");
    }
    console.printf(
        """
        Codes, SHA-256 %s: %s
        Next, to train under them (--init WEIGHTS begins at a checkpoint's trunk.safetensors):
          launch/gnomon train%s --set gnomon.condition.source=%s --set gnomon.condition.prototypes=%d --set gnomon.condition.codes=%s
        """,
        SavedFile.sha256(best.file()),
        best.file(),
        configuration().map(" --config %s"::formatted).orElse(""),
        CodesOrigin.of(best.file()).map(CodesOrigin::source).orElse(Source.EXTERNAL),
        clusters,
        best.file().toAbsolutePath());
    console.flush();
    if (compared) {
      grid.writeHeatMap(codes.resolve("nmi.png"), "NMI", Cell::nmi);
      grid.writeHeatMap(codes.resolve("ami.png"), "AMI", Cell::ami);
      grid.writeHeatMap(codes.resolve("ari.png"), "ARI", Cell::ari);
    }
  }
}
