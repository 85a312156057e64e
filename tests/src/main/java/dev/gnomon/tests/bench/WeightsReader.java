package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.actors.transfer.WeightClient;
import dev.gnomon.actors.transport.Connections;
import dev.gnomon.model.checkpoint.VersionFiles;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.WeightSet;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The other process of {@link WeightsBench}: makes each version that it is told of active, in
 * native arrays, and says so. A line is {@code file PATH DIGEST} or {@code socket PORT DIGEST}.
 */
final class WeightsReader {

  static final String ACTIVE = "active";

  private WeightsReader() {}

  /** Serves until its input ends. Arguments: number of arrays, and their side length. */
  public static void main(String[] arguments) throws Exception {
    int side = Integer.parseInt(arguments[1]);
    try (ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        NDManager owner = device.scope()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
        arrays.put("w" + i, owner.zeros(new Shape(side, side)));
      }
      VersionFiles files = new VersionFiles(Path.of("."));
      WeightClient client = new WeightClient(Connections.plain(), Long.MAX_VALUE);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println(ACTIVE);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        WeightSet weights =
            words[0].equals("file")
                ? files.read(Path.of(words[1]), words[2])
                : client.fetch(
                    new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(words[1])),
                    WeightsBench.RUN,
                    1,
                    WeightsBench.VERSION,
                    words[2]);
        arrays.forEach((name, array) -> device.set(array, weights.get(name)));
        weights.release();
        System.out.println(ACTIVE);
      }
    }
  }
}
