package dev.gnomon.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.actors.settings.HttpSettings;
import dev.gnomon.launch.Machine.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {

  private static final String LOOPBACK = "127.0.0.1";

  @Test
  void aPortThatAnotherProcessHasIsMissing() throws IOException {
    InetAddress loopback = InetAddress.getByName(LOOPBACK);
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
      port = taken.getLocalPort();
      Machine.Check check = Ports.operators(new HttpSettings(true, LOOPBACK, port));
      assertThat(check.state()).isEqualTo(State.MISSING);
      assertThat(check.seen()).contains("127.0.0.1:" + port);
      assertThat(check.remedy()).contains("gnomon.http.port");
      assertThat(Ports.operators(new HttpSettings(false, LOOPBACK, port)).state())
          .as("nobody is answered there")
          .isEqualTo(State.OK);
    }
    assertThat(Ports.operators(new HttpSettings(true, LOOPBACK, port)).state()).isEqualTo(State.OK);
  }

  @Test
  void anAddressOfAnotherMachineIsMissing() {
    Machine.Check check = Ports.operators(new HttpSettings(true, "192.0.2.1", 0)); // RFC 5737
    assertThat(check.state()).isEqualTo(State.MISSING);
  }

  @Test
  void aNameThatOnlyThisMachineIsReachedByIsNoted() throws IOException {
    Machine.Check check = Ports.nodes(InetAddress.getByAddress("here", new byte[] {127, 0, 1, 1}));
    assertThat(check.state()).isEqualTo(State.NOTE);
    assertThat(check.seen()).startsWith("here is 127.0.1.1");
    assertThat(check.remedy()).contains("--host");
  }

  @Test
  void aNameWhoseAddressIsAnotherMachinesIsNoted() throws IOException {
    byte[] elsewhere = {(byte) 192, 0, 2, 1}; // RFC 5737
    Machine.Check check = Ports.nodes(InetAddress.getByAddress("there", elsewhere));
    assertThat(check.state()).isEqualTo(State.NOTE);
    assertThat(check.seen()).contains("nothing can listen");
  }
}
