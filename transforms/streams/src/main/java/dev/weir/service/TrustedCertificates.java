package dev.weir.service;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The authorities that a TLS client trusts. Certificates are not secret: they are serialized with a
 * job, so that no worker needs the file.
 */
public final class TrustedCertificates implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final TrustedCertificates OF_THE_JVM = new TrustedCertificates(List.of());

  /** Empty for the trust store of the JVM. */
  private final List<X509Certificate> authorities;

  private TrustedCertificates(List<X509Certificate> authorities) {
    this.authorities = authorities;
  }

  /** The authorities in the trust store of each worker's JVM. */
  public static TrustedCertificates ofTheJvm() {
    return OF_THE_JVM;
  }

  /**
   * Reads a PEM file; only the authorities in it are trusted.
   *
   * @throws IllegalArgumentException if the file cannot be read, or is not one or more certificates
   */
  public static TrustedCertificates in(Path pem) {
    List<X509Certificate> read = read(pem);
    if (read.isEmpty()) {
      throw new IllegalArgumentException(
          pem + " contains no certificate; write a PEM file (-----BEGIN CERTIFICATE-----)");
    }
    return new TrustedCertificates(read);
  }

  private static List<X509Certificate> read(Path pem) {
    byte[] text;
    try {
      text = Files.readAllBytes(pem);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          pem + " cannot be read (" + e.getClass().getSimpleName() + "); check the path", e);
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificates(new ByteArrayInputStream(text))
          .stream()
          .map(X509Certificate.class::cast)
          .toList();
    } catch (CertificateException e) {
      // Not quoted: the file may hold a key.
      throw new IllegalArgumentException(
          pem
              + " contains something else than certificates; write a PEM file (-----BEGIN"
              + " CERTIFICATE-----)");
    }
  }

  /** Returns the settings of a client that trusts these authorities. */
  public SSLContext context() {
    try {
      if (authorities.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate authority : authorities) {
        store.setCertificateEntry("authority-" + store.size(), authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS cannot be used: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrustedCertificates others && authorities.equals(others.authorities);
  }

  @Override
  public int hashCode() {
    return authorities.hashCode();
  }

  @Override
  public String toString() {
    return authorities.isEmpty() ? "of the JVM" : authorities.size() + " certificates";
  }
}
