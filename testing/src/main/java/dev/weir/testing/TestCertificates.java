package dev.weir.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A certificate authority for tests, and the certificates that it issues, as PEM. */
public final class TestCertificates {
  private static final Duration VALID = Duration.ofDays(1);

  private final HeldCertificate authority;

  private TestCertificates(HeldCertificate authority) {
    this.authority = authority;
  }

  /** Creates an authority with a key of its own. */
  public static TestCertificates ofNewAuthority() {
    return new TestCertificates(
        new HeldCertificate.Builder()
            .commonName("authority of the tests")
            .certificateAuthority(0)
            .build());
  }

  /** A certificate and its private key. */
  public record Issued(String certificate, String key) {

    /** Returns the settings of a server of the JDK. */
    public SSLContext context() {
      return new HandshakeCertificates.Builder()
          .heldCertificate(HeldCertificate.decode(both()))
          .build()
          .sslContext();
    }

    /** Returns the key, then the certificate, as clients keep them in one file. */
    public String both() {
      return key + certificate;
    }
  }

  /** Returns the certificate of the authority, which clients trust. */
  public String authority() {
    return authority.certificatePem();
  }

  /**
   * Issues a certificate.
   *
   * @param name the common name
   * @param hosts the names and addresses of the server
   */
  public Issued issue(String name, String... hosts) {
    Instant now = Instant.now();
    return issue(name, now.minus(VALID), now.plus(VALID), hosts);
  }

  /** Issues a certificate that was valid until yesterday. */
  public Issued issueExpired(String name, String... hosts) {
    Instant yesterday = Instant.now().minus(VALID);
    return issue(name, yesterday.minus(VALID), yesterday, hosts);
  }

  private Issued issue(String name, Instant from, Instant until, String... hosts) {
    HeldCertificate.Builder builder =
        new HeldCertificate.Builder()
            .commonName(name)
            .validityInterval(from.toEpochMilli(), until.toEpochMilli())
            .signedBy(authority);
    for (String host : hosts) {
      builder.addSubjectAlternativeName(host);
    }
    HeldCertificate issued = builder.build();
    return new Issued(issued.certificatePem(), issued.privateKeyPkcs8Pem());
  }

  /** Writes PEM into a file. */
  public static Path write(Path file, String pem) {
    try {
      return Files.writeString(file, pem, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes PEM into a file that nobody else can read, as servers require it of a key. */
  public static Path writeOwnerOnly(Path file, String pem) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return write(file, pem);
  }
}
