package dev.gnomon.tests.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.gnomon.actors.transfer.WeightServer;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.VersionFiles;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.model.engine.HostCopies;
import dev.gnomon.model.engine.WeightSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * From the trainer's arrays to arrays of another process, copied and checked: 1.1 GB through a file
 * in memory beside the same bytes written to such a file and read again, and over a socket beside
 * the same bytes through a bare one.
 */
final class WeightsBench implements Bench {

  static final String RUN = "bench";
  static final long VERSION = 8;

  private static final int ARRAYS = 262;
  private static final int SIDE = 1024;
  private static final int PIECE = 1 << 20;

  @Override
  public String what() {
    return "1.1 GB of weights, published here and active in another process";
  }

  @Override
  public List<Figure> measure(int repeats) throws Exception {
    Path memory = Path.of("/dev/shm");
    try (ScratchFolder folder =
            Files.isWritable(memory) ? ScratchFolder.in(memory) : new ScratchFolder();
        ComputeDevice device =
            ComputeDevice.open("cpu", Runtime.getRuntime().availableProcessors());
        NDManager owner = device.scope();
        Reader reader = new Reader()) {
      Map<String, NDArray> average = new LinkedHashMap<>();
      for (int i = 0; i < ARRAYS; i++) {
        average.put("w" + i, owner.randomNormal(0, 1, new Shape(SIDE, SIDE), DataType.FLOAT32));
      }
      HostCopies copies = new HostCopies(device, average);
      VersionFiles files = new VersionFiles(folder.path().resolve("versions"));
      ByteBuffer piece = ByteBuffer.allocateDirect(SIDE * SIDE * Float.BYTES);
      double[] seconds =
          Timing.medians(
              Math.min(repeats, 7),
              () -> throughFile(copies, files, reader),
              () -> plainFile(folder.path().resolve("plain"), piece),
              () -> throughSocket(copies, reader),
              WeightsBench::bareSocket);
      return List.of(
          new Figure(
              "weights through a file, beside a plain copy",
              seconds[1] / seconds[0],
              0.7,
              0.9,
              Map.of("published and active s", seconds[0], "plain copy s", seconds[1])),
          new Figure(
              "weights over loopback TCP, beside a bare socket",
              seconds[3] / seconds[2],
              0.35,
              0.6,
              Map.of("published and active s", seconds[2], "bare socket s", seconds[3])));
    }
  }

  private static long bytes() {
    return (long) ARRAYS * SIDE * SIDE * Float.BYTES;
  }

  private static Object throughFile(HostCopies copies, VersionFiles files, Reader reader)
      throws IOException {
    WeightSet version = copies.copy();
    Parcel parcel = Parcel.of(version);
    Path file = files.write(1, VERSION, parcel);
    reader.load("file %s %s".formatted(file, parcel.digest()));
    version.release();
    files.retire(2, 0);
    return file;
  }

  /** Memory to file, and file to memory. */
  private static Object plainFile(Path file, ByteBuffer piece) throws IOException {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < ARRAYS; i++) {
        out.write(piece.clear());
      }
    }
    try (FileChannel in = FileChannel.open(file)) {
      for (int i = 0; i < ARRAYS; i++) {
        in.read(piece.clear());
      }
    }
    Files.delete(file);
    return file;
  }

  private static Object throughSocket(HostCopies copies, Reader reader) throws IOException {
    WeightRegistry registry = new WeightRegistry();
    try (Transport transport = Transport.plain();
        WeightServer server =
            new WeightServer(
                registry, transport, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      registry.publish(RUN, 1, VERSION, copies.copy());
      try (WeightRegistry.Lease lease = registry.acquire(RUN, 1, VERSION).orElseThrow()) {
        reader.load("socket %d %s".formatted(server.address().getPort(), lease.parcel().digest()));
      }
      registry.retire(RUN, 1, Long.MAX_VALUE);
      return registry;
    }
  }

  private static Object bareSocket() throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket to = new Socket(listening.getInetAddress(), listening.getLocalPort());
        Socket from = listening.accept()) {
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(to));
      byte[] bytes = new byte[PIECE];
      InputStream in = from.getInputStream();
      long received = 0;
      for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
        received += count;
      }
      sending.join();
      return received;
    }
  }

  private static void send(Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[PIECE];
      for (long sent = 0; sent < bytes(); sent += PIECE) {
        out.write(bytes);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** The other process. */
  private static final class Reader implements AutoCloseable {

    private final Process process;
    private final PrintWriter to;
    private final BufferedReader from;

    Reader() throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Dai.djl.offline=true",
                  "-cp",
                  System.getProperty("java.class.path"),
                  WeightsReader.class.getName(),
                  String.valueOf(ARRAYS),
                  String.valueOf(SIDE))
              .redirectError(Redirect.INHERIT)
              .start();
      to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
      from =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      awaitActive();
    }

    void load(String what) throws IOException {
      to.println(what);
      awaitActive();
    }

    private void awaitActive() throws IOException {
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        if (line.equals(WeightsReader.ACTIVE)) {
          return;
        }
      }
      throw new IOException("the process that reads weights has ended; its error is above");
    }

    @Override
    public void close() {
      to.close();
      process.destroy();
    }
  }
}
