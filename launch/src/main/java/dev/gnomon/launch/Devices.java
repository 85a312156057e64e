package dev.gnomon.launch;

import dev.gnomon.actors.settings.ConfigFault;
import dev.gnomon.actors.settings.InvalidConfiguration;
import dev.gnomon.actors.settings.RoleSettings;
import dev.gnomon.actors.settings.RunSettings;
import dev.gnomon.model.engine.ComputeDevice;
import dev.gnomon.protocol.Role;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Whether this machine has the devices that a node's actors are to work on. */
final class Devices {

  private static final Set<Role> COMPUTING =
      EnumSet.of(Role.TRAINER, Role.TEACHER, Role.ASSIGNER, Role.EVALUATOR);

  private Devices() {}

  /**
   * Looks, before an actor tries in vain.
   *
   * @param roles of the node
   * @throws InvalidConfiguration with each that is not there
   */
  static void check(RunSettings settings, Set<Role> roles) {
    List<String> here = ComputeDevice.available();
    List<ConfigFault> faults = new ArrayList<>();
    for (Role role : COMPUTING) {
      RoleSettings filled = settings.role(role);
      boolean builtIn = roles.contains(role) && filled.actorClass().isEmpty();
      if (builtIn && filled.instances() > 0 && !here.contains(filled.device())) {
        faults.add(
            ConfigFault.of(
                settings.resolved(),
                "gnomon.roles." + role.wireName() + ".device",
                "is %s, and the engine sees %s; for GPUs point PYTORCH_LIBRARY_PATH at a libtorch built for CUDA"
                    .formatted(filled.device(), String.join(", ", here))));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
  }
}
