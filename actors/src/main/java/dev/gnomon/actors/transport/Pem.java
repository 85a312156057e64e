package dev.gnomon.actors.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys and certificates as text (RFC 7468). What is wrong with a file is an exception's message.
 */
final class Pem {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");
  private static final int LARGEST = 1 << 20;

  private Pem() {}

  /** All certificates in a file, in their order. */
  static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw new IOException("holds no certificate");
      }
      return found;
    } catch (CertificateException e) {
      throw new IOException("holds no certificate as PEM: " + e.getMessage(), e);
    }
  }

  /** The private key in a file, as PKCS#8. */
  static PrivateKey key(Path file) throws IOException {
    Matcher key = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
    if (!key.find()) {
      throw new IOException(
          "holds no private key as unencrypted PKCS#8, \"BEGIN PRIVATE KEY\"; of another form of key it is made by: openssl pkcs8 -topk8 -nodes");
    }
    try {
      PKCS8EncodedKeySpec spec =
          new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.group(1)));
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (InvalidKeySpecException another) {
          continue;
        }
      }
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new IOException("holds a private key that can not be read: " + e.getMessage(), e);
    }
    throw new IOException("holds a private key that is none of " + String.join(", ", ALGORITHMS));
  }

  private static byte[] bytes(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("is not there");
    }
    if (Files.size(file) > LARGEST) {
      throw new IOException("is larger than a key or certificate ever is");
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("can not be read: " + e.getMessage(), e);
    }
  }
}
