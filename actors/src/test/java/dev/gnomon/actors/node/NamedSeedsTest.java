package dev.gnomon.actors.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NamedSeedsTest {

  private final NamedSeeds founder = new NamedSeeds("nodes", ip("10.0.0.20"), true);
  private final NamedSeeds other = new NamedSeeds("nodes", ip("10.0.0.3"), false);

  private static InetAddress ip(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<InetAddress> ips(String... literals) {
    return Arrays.stream(literals).map(NamedSeedsTest::ip).toList();
  }

  private static Optional<List<InetAddress>> look(NamedSeeds seeds, String... literals) {
    return seeds.look(name -> ips(literals));
  }

  @Test
  void whoMayFoundGoesFirstOnceTheListHoldsItAndIsTheSameTwice() {
    assertThat(look(founder, "10.0.0.3")).isEmpty();
    assertThat(founder.lacking()).isEqualTo("nodes does not list this node, 10.0.0.20");
    assertThat(look(founder, "10.0.0.3")).isEmpty();
    assertThat(look(founder, "10.0.0.20", "10.0.0.3")).isEmpty();
    assertThat(founder.lacking()).isEmpty();
    assertThat(look(founder, "10.0.0.20", "10.0.0.100", "10.0.0.3")).isEmpty();
    assertThat(look(founder, "10.0.0.3", "10.0.0.20", "10.0.0.100"))
        .contains(ips("10.0.0.20", "10.0.0.3", "10.0.0.100"));
  }

  @Test
  void whoMayFoundMayBeAlone() {
    assertThat(look(founder, "10.0.0.20")).isEmpty();
    assertThat(look(founder, "10.0.0.20")).contains(ips("10.0.0.20"));
    assertThat(founder.lacking()).isEmpty();
  }

  @Test
  void everyoneElseAsksTheOthersAtOnceAndNeverFounds() {
    assertThat(look(other, "10.0.0.3")).isEmpty();
    assertThat(other.lacking()).isEqualTo("nodes lists no other node");
    assertThat(look(other, "10.0.0.200", "10.0.0.3", "10.0.0.20"))
        .contains(ips("10.0.0.20", "10.0.0.200"));
    assertThat(look(other, "10.0.0.9")).as("it need not be listed").contains(ips("10.0.0.9"));
  }

  @Test
  void theSameNodesAreGivenOnceInWhateverOrderTheyCome() {
    assertThat(look(other, "10.0.0.20", "10.0.0.4")).isPresent();
    assertThat(look(other, "10.0.0.4", "10.0.0.20", "10.0.0.4")).isEmpty();
    assertThat(look(other, "10.0.0.4", "10.0.0.20", "10.0.0.5")).isPresent();
    assertThat(look(other, "10.0.0.4", "10.0.0.20")).isPresent();
  }

  @Test
  void aNameWithoutAddressesIsLookedUpAgain() {
    Seeds.Resolver none =
        name -> {
          throw new UnknownHostException(name);
        };
    assertThat(founder.look(none)).isEmpty();
    assertThat(founder.lacking()).isEqualTo("nodes has no address");
    assertThat(look(founder, "10.0.0.20")).isEmpty();
    assertThat(founder.look(none)).isEmpty();
    assertThat(look(founder, "10.0.0.20")).isPresent();
  }

  @Test
  void anotherFamilysAddressesAreOfTheSameNodes() {
    assertThat(look(other, "10.0.0.3", "fd00::3", "10.0.0.20", "fd00::20"))
        .contains(ips("10.0.0.20"));
    NamedSeeds six = new NamedSeeds("nodes", ip("fd00::3"), false);
    assertThat(look(six, "10.0.0.3", "fd00::3", "10.0.0.20", "fd00::20")).contains(ips("fd00::20"));
  }
}
