package dev.gnomon.launch.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers along an axis from {@code low} to {@code high}: multiples of 1, 2 or 5 x 10^n. */
record Ticks(double low, double high, double pitch) {

  /** Ticks that hold {@code low} and {@code high}, about {@code count} of them. */
  static Ticks around(double low, double high, int count) {
    double span = high > low ? high - low : Math.max(Math.abs(high), 1);
    double rough = span / count;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digit = rough / power;
    double pitch = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    double bottom = Math.floor(low / pitch + 1e-9) * pitch;
    double top = Math.ceil(high / pitch - 1e-9) * pitch;
    return new Ticks(bottom, top > bottom ? top : bottom + pitch, pitch);
  }

  List<Double> values() {
    List<Double> values = new ArrayList<>();
    for (long i = Math.round(low / pitch); i <= Math.round(high / pitch); i++) {
      values.add(i * pitch);
    }
    return values;
  }

  String label(double value) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(pitch) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value == 0 ? 0.0 : value);
  }
}
