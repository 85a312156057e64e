package dev.gnomon.launch;

import dev.gnomon.model.diffusion.SamplingSettings;
import dev.gnomon.model.diffusion.SolverSettings;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Values that one setting of sampling goes through.
 *
 * @param values ascending
 */
record Sweep(Setting setting, List<BigDecimal> values) {

  private static final int MOST = 100;

  /** What can be swept. */
  enum Setting {
    GUIDANCE {
      @Override
      SamplingSettings at(SamplingSettings usual, BigDecimal value) {
        return new SamplingSettings(
            usual.solver(), usual.guidance().withStrength(value.doubleValue()), usual.ema());
      }
    },
    STEPS {
      @Override
      SamplingSettings at(SamplingSettings usual, BigDecimal value) {
        SolverSettings solver = usual.solver();
        return new SamplingSettings(
            solver.with(solver.kind(), value.intValueExact()), usual.guidance(), usual.ema());
      }
    };

    /** The usual settings with this one changed. */
    abstract SamplingSettings at(SamplingSettings usual, BigDecimal value);

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** From text such as {@code guidance=0:4:0.5} or {@code steps=5,10,20}. */
  static final class Converter implements ITypeConverter<Sweep> {

    @Override
    public Sweep convert(String text) {
      String[] halves = text.split("=", 2);
      Setting setting =
          Arrays.stream(Setting.values())
              .filter(known -> known.word().equals(halves[0]))
              .findFirst()
              .orElseThrow(
                  () ->
                      new TypeConversionException(
                          "'%s' is neither guidance=VALUES nor steps=VALUES".formatted(text)));
      try {
        return new Sweep(setting, values(halves.length < 2 ? "" : halves[1]));
      } catch (NumberFormatException notANumber) {
        throw new TypeConversionException(
            "'%s': expected FROM:TO:BY, such as 0:4:0.5, or values such as 5,10,20"
                .formatted(text));
      } catch (IllegalArgumentException outOfRange) {
        throw new TypeConversionException("'%s': %s".formatted(text, outOfRange.getMessage()));
      }
    }

    private static List<BigDecimal> values(String text) {
      if (!text.contains(":")) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).map(BigDecimal::new).toList();
      }
      String[] parts = text.split(":", -1);
      if (parts.length != 3) {
        throw new NumberFormatException(text);
      }
      BigDecimal to = new BigDecimal(parts[1]);
      BigDecimal by = new BigDecimal(parts[2]);
      if (by.signum() <= 0) {
        throw new IllegalArgumentException("BY must be above 0");
      }
      List<BigDecimal> values = new ArrayList<>();
      for (BigDecimal at = new BigDecimal(parts[0]); at.compareTo(to) <= 0; at = at.add(by)) {
        if (values.size() == MOST) {
          throw new IllegalArgumentException("more than %d values".formatted(MOST));
        }
        values.add(at);
      }
      return values;
    }
  }

  Sweep {
    values = values.stream().map(Sweep::plain).sorted().distinct().toList();
    if (values.size() < 2 || values.size() > MOST) {
      throw new IllegalArgumentException("expected 2 to %d values".formatted(MOST));
    }
    BigDecimal least = values.get(0);
    if (setting == Setting.GUIDANCE && least.signum() < 0) {
      throw new IllegalArgumentException("guidance must be 0 or more");
    }
    if (setting == Setting.STEPS) {
      BigDecimal last = values.get(values.size() - 1);
      boolean whole = values.stream().allMatch(value -> value.scale() <= 0);
      if (!whole || least.signum() <= 0 || last.compareTo(BigDecimal.valueOf(100_000)) > 0) {
        throw new IllegalArgumentException("steps must be whole numbers from 1 on");
      }
    }
  }

  /** Without zeros at its end, and with digits instead of an exponent. */
  private static BigDecimal plain(BigDecimal value) {
    BigDecimal shorter = value.stripTrailingZeros();
    return shorter.scale() < 0 ? shorter.setScale(0) : shorter;
  }
}
