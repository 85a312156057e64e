package dev.gnomon.tests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the processes of a cluster are: all on loopback, or each on a host of its own. */
sealed interface Network extends AutoCloseable {

  /** The host that this group's process is reached by. */
  String host(String group);

  /** What its command begins with. */
  List<String> prefix(String group);

  @Override
  void close() throws IOException, InterruptedException;

  /** One host. */
  record Loopback() implements Network {

    @Override
    public String host(String group) {
      return "127.0.0.1";
    }

    @Override
    public List<String> prefix(String group) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  /**
   * A host for each group: a network name space with an address of its own, all on one bridge.
   * Cables can be cut: what is sent is lost, and nobody is told.
   */
  final class Hosts implements Network {

    private static final String BRIDGE = "gnomonbr";
    private static final int MOST_HOSTS = 10;

    private final Map<String, Integer> numbers = new LinkedHashMap<>();

    Hosts(List<String> groups) throws IOException, InterruptedException {
      clear(); // of tests that were killed
      ip("link", "add", BRIDGE, "type", "bridge");
      ip("addr", "add", "10.77.0.254/24", "dev", BRIDGE);
      ip("link", "set", BRIDGE, "up");
      for (String group : groups) {
        int number = numbers.size() + 1;
        numbers.put(group, number);
        ip("netns", "add", space(number));
        ip("link", "add", cable(number), "type", "veth", "peer", "eth0", "netns", space(number));
        ip("link", "set", cable(number), "master", BRIDGE);
        ip("link", "set", cable(number), "up");
        in(number, "addr", "add", "10.77.0." + number + "/24", "dev", "eth0");
        in(number, "link", "set", "eth0", "up");
        in(number, "link", "set", "lo", "up");
      }
    }

    /** Whether such hosts can be made here, which needs root and Linux's ip. */
    static boolean available() {
      try {
        boolean made = succeeds(List.of("ip", "netns", "add", "gnomon-probe"));
        succeeds(List.of("ip", "netns", "del", "gnomon-probe"));
        return made;
      } catch (IOException none) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    private static String space(int number) {
      return "gnomon-" + number;
    }

    private static String cable(int number) {
      return "gnomon" + number;
    }

    @Override
    public String host(String group) {
      return "10.77.0." + numbers.get(group);
    }

    @Override
    public List<String> prefix(String group) {
      return List.of("ip", "netns", "exec", space(numbers.get(group)));
    }

    /** Cuts a host off from all others. */
    void cut(String group) throws IOException, InterruptedException {
      ip("link", "set", cable(numbers.get(group)), "down");
    }

    void heal(String group) throws IOException, InterruptedException {
      ip("link", "set", cable(numbers.get(group)), "up");
    }

    /** Cuts two hosts off from each other, and from nobody else; or heals that. */
    void between(String one, String other, boolean cut) throws IOException, InterruptedException {
      for (String group : List.of(one, other)) {
        String state = cut ? "on" : "off";
        command(
            List.of("bridge", "link", "set", "dev", cable(numbers.get(group)), "isolated", state));
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      clear();
    }

    private static void clear() throws IOException, InterruptedException {
      for (int number = 1; number <= MOST_HOSTS; number++) {
        succeeds(List.of("ip", "link", "del", cable(number)));
        succeeds(List.of("ip", "netns", "del", space(number)));
      }
      succeeds(List.of("ip", "link", "del", BRIDGE));
    }

    private static void in(int number, String... words) throws IOException, InterruptedException {
      List<String> all = new ArrayList<>(List.of("ip", "-n", space(number)));
      all.addAll(List.of(words));
      command(all);
    }

    private static void ip(String... words) throws IOException, InterruptedException {
      List<String> all = new ArrayList<>(List.of("ip"));
      all.addAll(List.of(words));
      command(all);
    }

    private static void command(List<String> words) throws IOException, InterruptedException {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", words) + ": " + said.strip());
      }
    }

    private static boolean succeeds(List<String> words) throws IOException, InterruptedException {
      return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor() == 0;
    }
  }
}
