package dev.gnomon.tests;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Certificates as launch/certificates makes them, and what a stranger may do with some. */
final class Certificates {

  private static final char[] PASSWORD = "stranger".toCharArray();

  private Certificates() {}

  /** Runs launch/certificates; gives what it says. */
  static String make(Path out, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("../launch/certificates").toAbsolutePath().normalize().toString());
    command.addAll(List.of("--out", out.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String told = new String(process.getInputStream().readAllBytes());
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + told);
    }
    return told;
  }

  /** Settings of a node that shows what is in {@code folder}. */
  static List<String> sets(Path folder) {
    return List.of(
        "gnomon.transport=tls",
        "gnomon.tls.key-file=" + folder.resolve("key.pem"),
        "gnomon.tls.cert-file=" + folder.resolve("cert.pem"),
        "gnomon.tls.ca-file=" + folder.resolve("ca.pem"));
  }

  static X509Certificate certificate(Path folder) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(folder.resolve("cert.pem"))));
  }

  /** TLS for one who believes everybody, and shows what is in {@code folder}. */
  static SSLContext stranger(Path folder) throws Exception {
    String pem = Files.readString(folder.resolve("key.pem")).replaceAll("-----[A-Z ]+-----", "");
    PrivateKey key =
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("me", key, PASSWORD, new Certificate[] {certificate(folder)});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    return context(keys.getKeyManagers());
  }

  /** TLS for one who believes everybody, and shows nothing. */
  static SSLContext nobody() throws Exception {
    return context(null);
  }

  private static SSLContext context(KeyManager[] keys) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager anyone =
        new X509TrustManager() {
          @Override
          public void checkClientTrusted(X509Certificate[] chain, String authType) {}

          @Override
          public void checkServerTrusted(X509Certificate[] chain, String authType) {}

          @Override
          public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
          }
        };
    context.init(keys, new TrustManager[] {anyone}, null);
    return context;
  }
}
