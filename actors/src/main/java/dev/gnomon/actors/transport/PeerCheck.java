package dev.gnomon.actors.transport;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whether a certificate is one of this cluster's: valid now, from one of its authorities (PKIX, RFC
 * 5280), and with the cluster's name. Where a connection asks for it, JSSE also holds it against
 * the host (RFC 2818). What is wrong is said in words.
 */
final class PeerCheck extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2; // among subject alternative names
  private static final String ANY_KEY_EXCHANGE = "UNKNOWN"; // as in TLS 1.3

  private final X509ExtendedTrustManager pkix;
  private final String name;

  /** Believes certificates of {@code authorities} that have {@code name}. */
  PeerCheck(List<X509Certificate> authorities, String name) {
    this.pkix = pkix(authorities);
    this.name = name;
  }

  private static X509ExtendedTrustManager pkix(List<X509Certificate> authorities) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry("authority-" + i, authorities.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM has no PKIX: " + e.getMessage(), e);
    }
  }

  /** Checks a chain as peers will, on either side of a connection, whatever host they are at. */
  void check(List<X509Certificate> chain) throws CertificateException {
    X509Certificate[] certificates = chain.toArray(X509Certificate[]::new);
    checkClientTrusted(certificates, ANY_KEY_EXCHANGE);
    checkServerTrusted(certificates, ANY_KEY_EXCHANGE);
  }

  private interface Pkix {
    void check() throws CertificateException;
  }

  private void check(X509Certificate[] chain, Pkix check) throws CertificateException {
    String subject = "\"" + chain[0].getSubjectX500Principal().getName() + "\"";
    try {
      chain[0].checkValidity();
      check.check();
    } catch (CertificateExpiredException e) {
      throw new CertificateException(
          "the certificate of %s has expired on %s"
              .formatted(subject, chain[0].getNotAfter().toInstant()),
          e);
    } catch (CertificateNotYetValidException e) {
      throw new CertificateException(
          "the certificate of %s is not valid before %s"
              .formatted(subject, chain[0].getNotBefore().toInstant()),
          e);
    } catch (CertificateException e) {
      throw new CertificateException(
          "the certificate of %s from \"%s\" is not believed: %s"
              .formatted(subject, chain[0].getIssuerX500Principal().getName(), e.getMessage()),
          e);
    }
    Collection<String> names = names(chain[0]);
    if (names.stream().noneMatch(name::equalsIgnoreCase)) {
      throw new CertificateException(
          "the certificate of %s is for %s and not of the cluster %s"
              .formatted(subject, names, name));
    }
  }

  private static Collection<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    Collection<String> names = new TreeSet<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      for (List<?> one : all) {
        if (Objects.equals(one.get(0), DNS_NAME)) {
          names.add((String) one.get(1));
        }
      }
    }
    return names;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, () -> pkix.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(chain, () -> pkix.checkServerTrusted(chain, authType));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, () -> pkix.checkClientTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(chain, () -> pkix.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> pkix.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(chain, () -> pkix.checkServerTrusted(chain, authType, engine));
  }

  /** None are told to peers: each shows what it has, and the log can say whose it was. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
