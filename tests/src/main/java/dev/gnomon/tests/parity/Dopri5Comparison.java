package dev.gnomon.tests.parity;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.model.diffusion.Dopri5;
import dev.gnomon.model.diffusion.Solver;
import dev.gnomon.model.engine.ComputeDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * End states of a damped, driven oscillator against scipy's RK45: y0' = y1, y1' = -y0 - 0.1 y1 +
 * cos(3t) from (1, -0.5) over t in [0, 1], in float64. Both are Dormand-Prince 5(4), but scipy
 * controls its steps otherwise than torchdiffeq, which ours follows: the ends agree within some
 * tolerances, not to the bit.
 */
final class Dopri5Comparison implements Comparison {

  private static final double TOLERANCES = 30;

  @Override
  public List<Row> rows(Path file) throws IOException {
    String name = file.getFileName().toString();
    List<Row> rows = new ArrayList<>();
    try (ComputeDevice device = ComputeDevice.open("cpu", 1)) {
      for (JsonNode one : new ObjectMapper().readTree(file.toFile()).path("cases")) {
        double relative = one.get("rtol").asDouble();
        double absolute = one.get("atol").asDouble();
        try (NDManager scope = device.scope()) {
          NDArray start = scope.create(new double[] {1, -0.5});
          Solver.Solution solution =
              new Dopri5(relative, absolute).solve(start, Dopri5Comparison::velocity, 0, 1);
          double[] end = solution.state().toDoubleArray();
          Largest largest = new Largest();
          for (int i = 0; i < end.length; i++) {
            double reference = one.get("y").get(i).asDouble();
            largest.add(
                Math.abs(end[i] - reference),
                "y%d, %d evaluations, %d in scipy"
                    .formatted(i, solution.evaluations(), one.get("nfev").asInt()));
          }
          rows.add(
              largest.row(
                  name,
                  "end state, rtol %s, atol %s".formatted(relative, absolute),
                  TOLERANCES * Math.max(relative, absolute)));
        }
      }
    }
    return rows;
  }

  private static NDArray velocity(NDArray state, double t) {
    double[] y = state.toDoubleArray();
    return state
        .getManager()
        .create(new double[] {y[1], -y[0] - 0.1 * y[1] + Math.cos(3 * t)}, new Shape(2));
  }
}
