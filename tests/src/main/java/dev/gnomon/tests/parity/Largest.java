package dev.gnomon.tests.parity;

import dev.gnomon.model.engine.HostTensor;

/** The largest of many deviations, and where it is. */
final class Largest {

  private double deviation;
  private String where = "";

  /** Norm of the difference over norm of the reference; the difference alone where that is 0. */
  static double relative(HostTensor ours, HostTensor reference) {
    double norm = norm(reference);
    return norm == 0 ? distance(ours, reference) : distance(ours, reference) / norm;
  }

  /** Norm of the difference. */
  static double distance(HostTensor ours, HostTensor reference) {
    double[] a = Reference.numbers(ours);
    double[] b = Reference.numbers(reference);
    if (a.length != b.length) {
      throw new IncomparableException("ours is " + ours + ", the reference " + reference);
    }
    double squares = 0;
    for (int i = 0; i < b.length; i++) {
      squares += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return Math.sqrt(squares);
  }

  static double norm(HostTensor tensor) {
    double squares = 0;
    for (double value : Reference.numbers(tensor)) {
      squares += value * value;
    }
    return Math.sqrt(squares);
  }

  /** Takes one more deviation; one that is no number is larger than any. */
  void add(double more, String place) {
    if (Double.isNaN(more) || more > deviation || where.isEmpty()) {
      deviation = Double.isNaN(deviation) ? deviation : more;
      where = place;
    }
  }

  Row row(String file, String quantity, double tolerance) {
    return new Row(file, quantity, deviation, tolerance, where.isEmpty() ? "" : "(" + where + ")");
  }
}
