package dev.gnomon.actors.settings;

import com.typesafe.config.Config;
import java.nio.file.Path;

/**
 * How a node's connections are made.
 *
 * @param tls whether with TLS; nothing else counts otherwise
 * @param keyFile private key of this node
 * @param certFile its certificate, and those between it and an authority
 * @param caFile authorities that certificates of nodes come from
 * @param name that each node's certificate must have
 * @param checkHosts whether it must also name the host that is connected to
 */
public record TransportSettings(
    boolean tls, Path keyFile, Path certFile, Path caFile, String name, boolean checkHosts) {

  /** The settings in a run's resolved configuration. */
  public static TransportSettings from(Config config) {
    Config tls = config.getConfig("gnomon.tls");
    return new TransportSettings(
        config.getString("gnomon.transport").equals("tls"),
        Path.of(tls.getString("key-file")),
        Path.of(tls.getString("cert-file")),
        Path.of(tls.getString("ca-file")),
        tls.getString("name"),
        tls.getBoolean("check-hosts"));
  }
}
