package dev.gnomon.launch.reproduce;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import dev.gnomon.actors.settings.Configuration;
import dev.gnomon.actors.settings.RunKeys;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What tells a trained run from others. */
final class RunIdentity {

  private static final String GNOMON = "gnomon";

  /** A run may go on with another class in an actor's place, but is not compared with itself. */
  private static final List<String> OWN_CLASSES = List.of("actors", "plugins");

  private RunIdentity() {}

  /** What the numbers of a run depend on, but for files whose contents are other jobs' results. */
  static Map<String, String> settings(Config config) {
    Config gnomon = config.getConfig(GNOMON);
    Map<String, String> settings = new TreeMap<>();
    for (String key : RunKeys.in(gnomon)) {
      settings.put(key, plain(gnomon, key));
    }
    settings.put("checkpoint.every", gnomon.getString("checkpoint.every"));
    for (String group : OWN_CLASSES) {
      for (String key : gnomon.getConfig(group).root().keySet()) {
        settings.put(group + "." + key, plain(gnomon, group + "." + ConfigUtil.quoteString(key)));
      }
    }
    settings.remove("condition.codes-digest");
    settings.remove("init");
    return settings;
  }

  /** Numbers in one form, whoever wrote them: 2 is 2.0. */
  private static String plain(Config config, String key) {
    String value = String.valueOf(config.getValue(key).unwrapped());
    try {
      return new BigDecimal(value).stripTrailingZeros().toPlainString();
    } catch (NumberFormatException word) {
      return value;
    }
  }

  /**
   * Those that are not the defaults, so that a key which comes later leaves a run what it is.
   *
   * @param settings of {@link #settings}
   */
  static Map<String, String> notDefault(Map<String, String> settings) {
    Map<String, String> different = new TreeMap<>(settings);
    settings(Configuration.completed(ConfigFactory.empty())).forEach(different::remove);
    return different;
  }
}
