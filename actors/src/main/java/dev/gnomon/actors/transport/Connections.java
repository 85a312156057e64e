package dev.gnomon.actors.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** How connections of one channel are made: plain, or with TLS. Calls block. */
public interface Connections {

  /** Connections that anyone can make. */
  static Connections plain() {
    return new Connections() {
      @Override
      public boolean areSecure() {
        return false;
      }

      @Override
      public Socket accepted(Socket socket) {
        return socket;
      }

      @Override
      public Socket connected(InetSocketAddress address, int patienceMs) throws IOException {
        return Connections.open(address, patienceMs);
      }
    };
  }

  /** Whether it is known who is at the other end, and nobody else can read what is said. */
  boolean areSecure();

  /**
   * What is said over a connection that came in, once it is known who is there.
   *
   * @throws javax.net.ssl.SSLException if it is not one of this cluster
   */
  Socket accepted(Socket socket) throws IOException;

  /**
   * A connection to a peer, which is who it should be. A read waits no longer than the patience.
   */
  Socket connected(InetSocketAddress address, int patienceMs) throws IOException;

  private static Socket open(InetSocketAddress address, int patienceMs) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(
          address.isUnresolved()
              ? new InetSocketAddress(address.getHostString(), address.getPort())
              : address,
          patienceMs);
      socket.setSoTimeout(patienceMs);
      socket.setTcpNoDelay(true);
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }
}
