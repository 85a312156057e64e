package dev.gnomon.actors.transport;

import dev.gnomon.actors.settings.TransportSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * What a node proves itself with, and whom it believes.
 *
 * @param chain its certificate, then those between it and an authority
 */
record Credentials(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {

  private static final char[] IN_MEMORY = "in memory".toCharArray();

  /** A file that can not be used. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    private final String key;

    Unusable(String key, String problem, Throwable cause) {
      super(problem, cause);
      this.key = "gnomon.tls." + key;
    }

    /** The key of the configuration that names the file. */
    String key() {
      return key;
    }
  }

  /** Reads the files, and checks them as this node's peers will. */
  static Credentials read(TransportSettings settings) throws Unusable {
    List<X509Certificate> authorities = authorities(settings);
    PrivateKey key;
    try {
      key = Pem.key(settings.keyFile());
    } catch (IOException e) {
      throw unusable("key-file", settings.keyFile(), e);
    }
    List<X509Certificate> chain;
    try {
      chain = Pem.certificates(settings.certFile());
      new PeerCheck(authorities, settings.name()).check(chain);
    } catch (CertificateException e) {
      throw new Unusable(
          "cert-file", "is \"%s\": %s".formatted(settings.certFile(), e.getMessage()), e);
    } catch (IOException e) {
      throw unusable("cert-file", settings.certFile(), e);
    }
    if (!belongTogether(key, chain.get(0))) {
      throw new Unusable(
          "key-file",
          "is \"%s\", whose key is not that of the certificate in gnomon.tls.cert-file = %s; both come from one call of launch/certificates"
              .formatted(settings.keyFile(), settings.certFile()),
          null);
    }
    return new Credentials(key, chain, authorities);
  }

  private static List<X509Certificate> authorities(TransportSettings settings) throws Unusable {
    try {
      List<X509Certificate> authorities = Pem.certificates(settings.caFile());
      for (X509Certificate authority : authorities) {
        if (authority.getBasicConstraints() < 0) {
          throw new IOException(
              "holds the certificate of \"%s\", which is no authority's"
                  .formatted(authority.getSubjectX500Principal().getName()));
        }
      }
      return authorities;
    } catch (IOException e) {
      throw unusable("ca-file", settings.caFile(), e);
    }
  }

  private static Unusable unusable(String key, Path file, Exception e) {
    return new Unusable(
        key,
        "is \"%s\", which %s; launch/certificates makes these files"
            .formatted(file, e.getMessage()),
        e);
  }

  private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
    try {
      String algorithm =
          switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> key.getAlgorithm();
          };
      byte[] text = "gnomon".getBytes(StandardCharsets.US_ASCII);
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      byte[] signature = signing.sign();
      signing.initVerify(certificate);
      signing.update(text);
      return signing.verify(signature);
    } catch (GeneralSecurityException another) {
      return false;
    }
  }

  X509Certificate certificate() {
    return chain.get(0);
  }

  /** What JSSE shows peers. */
  KeyManager[] keyManagers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("node", key, IN_MEMORY, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, IN_MEMORY);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM has no key store in memory: " + e.getMessage(), e);
    }
  }
}
