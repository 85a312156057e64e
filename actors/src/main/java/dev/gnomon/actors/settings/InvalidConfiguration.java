package dev.gnomon.actors.settings;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration no run can start with. The message lists every fault, one a line. */
public final class InvalidConfiguration extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<ConfigFault> faults;

  public InvalidConfiguration(List<ConfigFault> faults) {
    super(faults.stream().map(ConfigFault::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  public List<ConfigFault> faults() {
    return faults;
  }
}
