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

  private static final String FOR_GPUS =
      "for GPUs point PYTORCH_LIBRARY_PATH at a libtorch built for CUDA";

  private Devices() {}

  /**
   * Opens the device that a command was told of.
   *
   * @throws UsageException where it is not there
   */
  static ComputeDevice open(String device, int threads) {
    List<String> here = ComputeDevice.available();
    if (!here.contains(device)) {
      throw new UsageException(
          "--device %s: the engine sees %s; %s"
              .formatted(device, String.join(", ", here), FOR_GPUS));
    }
    return ComputeDevice.open(device, threads);
  }

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
                "is %s, and the engine sees %s; %s"
                    .formatted(filled.device(), String.join(", ", here), FOR_GPUS)));
      }
    }
    if (!faults.isEmpty()) {
      throw new InvalidConfiguration(faults);
    }
  }
}
