package dev.weir.httpservice;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificate chain of a TLS server and its private key, which is never printed. */
public final class ServerCertificate {

  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private final byte[] chain;
  private final byte[] key;

  private ServerCertificate(byte[] chain, byte[] key) {
    this.chain = chain;
    this.key = key;
  }

  /**
   * Reads PEM files.
   *
   * @param chain the server's own certificate, followed by those of the authorities between it and
   *     the root, if there are any
   * @param key the unencrypted PKCS 8 private key of the server's certificate
   * @throws IllegalArgumentException if a file cannot be read or is not what it must be; the
   *     message names its option
   */
  public static ServerCertificate read(Path chain, Path key) {
    byte[] certificates = bytes("--tlsCertificate", chain);
    byte[] secret = bytes("--tlsKey", key);
    PublicKey certified = first(chain, certificates).getPublicKey();
    if (!belongTogether(privateKey(key, secret, certified.getAlgorithm()), certified)) {
      throw new IllegalArgumentException(
          "--tlsKey: " + key + " is not the key of the first certificate in " + chain);
    }
    return new ServerCertificate(certificates, secret);
  }

  PemKeyCertOptions options() {
    return new PemKeyCertOptions()
        .addCertValue(Buffer.buffer(chain))
        .addKeyValue(Buffer.buffer(key));
  }

  private static byte[] bytes(String option, Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          option + ": " + file + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  private static Certificate first(Path file, byte[] pem) {
    try {
      Iterator<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .iterator();
      if (certificates.hasNext()) {
        return certificates.next();
      }
    } catch (CertificateException e) {
      // Reported below: its message may quote the file, which may hold a key.
    }
    throw new IllegalArgumentException(
        "--tlsCertificate: "
            + file
            + " is not a PEM file of certificates (-----BEGIN CERTIFICATE-----)");
  }

  private static PrivateKey privateKey(Path file, byte[] pem, String algorithm) {
    Matcher block = PKCS8.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw new IllegalArgumentException(
          "--tlsKey: "
              + file
              + " has no unencrypted PKCS 8 key (-----BEGIN PRIVATE KEY-----); convert it with"
              + " openssl pkcs8 -topk8 -nocrypt");
    }
    try {
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // Not its cause, which may quote the key.
      throw new IllegalArgumentException(
          "--tlsKey: " + file + " is not a key of the certificate's algorithm, " + algorithm);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified) {
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> certified.getAlgorithm();
        };
    byte[] text = "weir".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(text);
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(certified);
      verifying.update(text);
      return verifying.verify(signing.sign());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "certificate";
  }
}
