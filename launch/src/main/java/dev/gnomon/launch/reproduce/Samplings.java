package dev.gnomon.launch.reproduce;

import dev.gnomon.model.diffusion.Guidance;
import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverKind;
import dev.gnomon.model.diffusion.SolverSettings;
import java.util.LinkedHashMap;
import java.util.Map;

/** How images are made, as words of names and of identities. */
final class Samplings {

  private Samplings() {}

  /** Such as "euler-20-guidance-0.4". */
  static String fileWords(SamplingSettings sampling) {
    SolverSettings solver = sampling.solver();
    return "%s-%s-guidance-%s"
        .formatted(
            solver.kind().word().replace("+", "p"),
            adaptive(solver.kind())
                ? String.valueOf(solver.tolerance())
                : String.valueOf(solver.steps()),
            sampling.guidance().strength());
  }

  static boolean adaptive(SolverKind kind) {
    return kind == SolverKind.DOPRI5 || kind == SolverKind.DOPRI5_PER_SAMPLE;
  }

  /** All that images depend on, besides the checkpoint. */
  static Map<String, String> identity(SamplingSettings sampling) {
    SolverSettings solver = sampling.solver();
    Guidance guidance = sampling.guidance();
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("solver", solver.kind().word());
    identity.put("steps", adaptive(solver.kind()) ? "chosen" : String.valueOf(solver.steps()));
    identity.put("tolerance", adaptive(solver.kind()) ? "" + solver.tolerance() : "none");
    identity.put(
        "diffusion",
        solver.kind() == SolverKind.EULER_MARUYAMA ? solver.diffusion().word() : "none");
    identity.put(
        "guidance",
        "%s %s %s %s"
            .formatted(
                guidance.strength(),
                guidance.noiseFrom(),
                guidance.noiseTo(),
                guidance.stopSimilarity()));
    identity.put("weights", sampling.ema() ? "ema" : "student");
    return identity;
  }

  /** About how often the network runs on an image. */
  static double expectedPasses(SamplingSettings sampling) {
    SolverSettings solver = sampling.solver();
    int evaluations =
        switch (solver.kind()) {
          case EULER, DPM_PLUS_PLUS_2M, EULER_MARUYAMA -> solver.steps();
          case HEUN -> 2 * solver.steps();
          case RK4 -> 4 * solver.steps();
          case DOPRI5, DOPRI5_PER_SAMPLE -> 80;
        };
    return sampling.guidance().strength() == 0 ? evaluations : 2.0 * evaluations;
  }
}
