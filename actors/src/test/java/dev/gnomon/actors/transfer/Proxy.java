package dev.gnomon.actors.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between client and server, and may change what the server says. */
final class Proxy implements AutoCloseable {

  interface Meddling {
    /** Whether the bytes may pass; otherwise the connection is cut. */
    boolean meddle(int connection, byte[] bytes, int count);
  }

  private final ServerSocket listening = new ServerSocket();
  private final AtomicInteger connections = new AtomicInteger();

  Proxy(InetSocketAddress server, Meddling meddling) throws IOException {
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(
        () -> {
          while (true) {
            Socket client = listening.accept();
            Socket behind = new Socket(server.getAddress(), server.getPort());
            int number = connections.getAndIncrement();
            start(() -> client.getInputStream().transferTo(behind.getOutputStream()));
            start(() -> pass(behind, client, number, meddling));
          }
        });
  }

  private static void pass(Socket from, Socket to, int number, Meddling meddling)
      throws IOException {
    byte[] bytes = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
        byte[] passed = Arrays.copyOf(bytes, count);
        if (!meddling.meddle(number, passed, count)) {
          return;
        }
        out.write(passed);
      }
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listening.getLocalSocketAddress();
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }

  interface Work {
    void run() throws IOException;
  }

  static void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException ended) {
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
