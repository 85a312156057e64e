package dev.gnomon.actors.operator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How an operator proves to know a run's token without sending it: HMAC-SHA-256 under the token
 * (RFC 2104) of a number that the server gave and of what is wanted. Who listens in learns nothing
 * that could be used again.
 */
public final class Proof {

  /** By what name a proof goes in HTTP's Authorization. */
  public static final String SCHEME = "Gnomon";

  private static final String ALGORITHM = "HmacSHA256";
  private static final int TOKEN_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Proof() {}

  /** A new token: text that nobody guesses. */
  public static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The proof for {@code wanted} under {@code token}, in hexadecimal digits. */
  public static String of(String token, String nonce, String wanted) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update(nonce.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) '\n');
      return HexFormat.of().formatHex(mac.doFinal(wanted.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks " + ALGORITHM, e);
    }
  }

  /** What is wanted by who posts {@code wish}. */
  public static String wanted(String wish) {
    return "POST /tell\n" + wish;
  }

  /** Whether two proofs are the same, in a time that does not say where they differ. */
  static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
