package dev.gnomon.actors.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gnomon.actors.stage.Mutation;
import dev.gnomon.actors.transport.Connections;
import dev.gnomon.actors.transport.Transport;
import dev.gnomon.model.checkpoint.IncomingFile;
import dev.gnomon.model.checkpoint.Parcel;
import dev.gnomon.model.checkpoint.SavedFile;
import dev.gnomon.model.checkpoint.WeightRegistry;
import dev.gnomon.model.engine.HostTensor;
import dev.gnomon.model.engine.WeightSet;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a broken or hostile peer may say over the socket of weights: it is understood, or refused
 * with an {@link IOException}; memory is taken for what came, and given back.
 */
class TransferFuzzTest {

  private static final int SERVED = 40_000;
  private static final int FETCHED = 40_000;
  private static final int FILES = 2_000;
  private static final int LOCATIONS = 20_000;
  private static final long LARGEST = 1 << 20;
  private static final int FOR_A_BYTE = 200;
  private static final int FOR_A_CONVERSATION = 64 << 10;
  private static final long SEED = Long.getLong("fuzz.seed", new Random().nextLong());

  private static final TransferProtocol.Key VERSION = new TransferProtocol.Version("run", 1, 8);

  @TempDir private Path folder;
  private final Random random = new Random(SEED);
  private final Mutation mutation = new Mutation(random);
  private final WeightRegistry registry = new WeightRegistry();
  private final WeightSet weights =
      new WeightSet(
          Map.of(
              "a.weight", HostTensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
              "b", HostTensor.of(new long[] {7})));
  private final Transport transport = Transport.plain();
  private WeightServer server;

  @BeforeEach
  void publish() throws IOException {
    System.out.println("fuzz.seed=" + SEED);
    registry.publish("run", 1, 8, weights);
    server =
        new WeightServer(
            registry, transport, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    transport.close();
  }

  private interface Conversation {
    void hold() throws IOException;
  }

  /** Whether it ended in good order, and took no more memory than it may. */
  private boolean held(int number, int bytes, Conversation conversation) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long most = FOR_A_CONVERSATION + (long) FOR_A_BYTE * bytes;
    long allocated = Long.MAX_VALUE;
    boolean inOrder = true;
    for (int go = 0; go < 20 && allocated > most; go++) { // not what is made only once
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        conversation.hold();
      } catch (IOException refused) {
        inOrder = false;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("case %d of seed %d".formatted(number, SEED), e);
      }
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    if (allocated > most) {
      throw new AssertionError(
          "%d bytes for %d in case %d of seed %d".formatted(allocated, bytes, number, SEED));
    }
    return inOrder;
  }

  @Test
  void whatAClientSays() throws IOException {
    assertThat(refused(asked(VERSION), SERVED)).isBetween(SERVED / 4, SERVED - 1);
    registry.retire("run", 1, 9);
    assertThat(registry.held()).isZero();
  }

  @Test
  void whatAClientOfFilesSays() throws Exception {
    SavedFile saved = offered();
    assertThat(refused(asked(new TransferProtocol.Saved(saved.sha256())), FILES))
        .isBetween(FILES / 8, FILES - 1);
  }

  /** How many of the conversations that begin like {@code asked} the server refuses. */
  private int refused(byte[] asked, int conversations) {
    int refused = 0;
    for (int i = 0; i < conversations; i++) {
      byte[] changed = mutation.of(asked, asked);
      refused +=
          held(
                  i,
                  changed.length,
                  () ->
                      server.serve(
                          new ByteArrayInputStream(changed), OutputStream.nullOutputStream()))
              ? 0
              : 1;
    }
    return refused;
  }

  private SavedFile offered() throws Exception {
    byte[] content = new byte[100];
    random.nextBytes(content);
    Path file = Files.write(folder.resolve("offered"), content);
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    SavedFile saved = new SavedFile("trunk.safetensors", content.length, hash);
    server.offer(saved, file);
    return saved;
  }

  private static byte[] asked(TransferProtocol.Key key) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    key.write(out);
    out.writeInt(0);
    out.writeInt(0);
    out.writeInt(TransferProtocol.END);
    return bytes.toByteArray();
  }

  @Test
  void whatAServerSays() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    server.serve(new ByteArrayInputStream(asked(VERSION)), bytes);
    byte[] answered = bytes.toByteArray();
    String digest = Parcel.of(weights).digest();
    WeightClient client = new WeightClient(Connections.plain(), LARGEST);
    pulled(client, client.incoming(digest), answered).release();
    long outside = outside();
    int taken = 0;
    for (int i = 0; i < FETCHED; i++) {
      byte[] changed = mutation.of(answered, answered);
      // Every second time whoever announced it is in league with the server.
      String announced = i % 2 == 0 ? digest : described(changed, digest);
      Incoming.Weights incoming = client.incoming(announced);
      boolean came = held(i, changed.length, () -> pulled(client, incoming, changed).release());
      if (!came) {
        incoming.release();
      } else if (announced.equals(digest)) {
        taken++;
      }
    }
    assertThat(taken).isBetween(1, FETCHED / 4);
    System.gc();
    assertThat(outside() - outside).as("bytes outside the heap").isLessThan(64 * LARGEST);
    assertThat(pulled(client, client.incoming(digest), answered)).isEqualTo(weights);
  }

  private WeightSet pulled(WeightClient client, Incoming.Weights incoming, byte[] answered)
      throws IOException {
    pull(client, VERSION, incoming, answered);
    return incoming.weights();
  }

  private void pull(
      WeightClient client, TransferProtocol.Key key, Incoming incoming, byte[] answered)
      throws IOException {
    client.new Fetch(server.address(), key, incoming, "it", () -> true)
        .pull(new ByteArrayInputStream(answered), OutputStream.nullOutputStream());
  }

  @Test
  void whatAServerOfFilesSays() throws Exception {
    SavedFile saved = offered();
    TransferProtocol.Key key = new TransferProtocol.Saved(saved.sha256());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    server.serve(new ByteArrayInputStream(asked(key)), bytes);
    byte[] answered = bytes.toByteArray();
    WeightClient client = new WeightClient(Connections.plain(), 0);
    Path place = folder.resolve("fetched");
    int taken = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] changed = mutation.of(answered, answered);
      try (IncomingFile file = new IncomingFile(place, saved)) {
        Incoming incoming = new Incoming.ToDisk(file);
        if (held(i, changed.length, () -> pull(client, key, incoming, changed))) {
          file.complete();
          assertThat(saved.is(place)).as("case %d of seed %d", i, SEED).isTrue();
          Files.delete(place);
          taken++;
        }
      }
      assertThat(place).doesNotExist();
      Files.deleteIfExists(folder.resolve(".fetched.incoming"));
    }
    assertThat(taken).isBetween(1, FILES / 2); // what follows the chunk is not read
  }

  private static String described(byte[] answered, String otherwise) {
    try {
      return TransferProtocol.Description.read(
              new DataInputStream(
                  new ByteArrayInputStream(answered, 1, Math.max(0, answered.length - 1))))
          .index()
          .digest();
    } catch (IOException none) {
      return otherwise;
    }
  }

  private static long outside() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void whereWeightsAre() {
    byte[] text =
        new Location("node", Optional.of(Path.of("/a/b")), server.address())
            .encoded()
            .getBytes(StandardCharsets.ISO_8859_1);
    int refused = 0;
    for (int i = 0; i < LOCATIONS; i++) {
      byte[] changed = mutation.of(text, text);
      String said = new String(changed, StandardCharsets.ISO_8859_1);
      refused += held(i, changed.length, () -> Location.decoded(said)) ? 0 : 1;
    }
    assertThat(refused).isBetween(LOCATIONS / 8, LOCATIONS - 1);
  }
}
