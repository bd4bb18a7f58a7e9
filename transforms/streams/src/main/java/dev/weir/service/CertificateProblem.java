package dev.weir.service;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Why a TLS client does not accept a server, and what to do about it. */
public enum CertificateProblem {
  EXPIRED("its certificate has expired; renew it on the server"),
  NOT_YET_VALID("its certificate is not valid yet; check the clocks"),
  OTHER_HOST("its certificate is for another host; use a host name that the certificate contains"),
  UNTRUSTED(
      "its certificate is from an unknown authority; name a PEM file with the authority's"
          + " certificate in --trustStore");

  private final String text;

  CertificateProblem(String text) {
    this.text = text;
  }

  /** The problem and what to do about it, in a few words. */
  public String text() {
    return text;
  }

  /** Returns the problem that made a connection fail; empty if it failed for another reason. */
  public static Optional<CertificateProblem> in(Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(20).toList();
    // The failure of a whole path may be caused by one expired certificate in it.
    for (CertificateProblem problem : values()) {
      if (causes.stream().anyMatch(problem::causes)) {
        return Optional.of(problem);
      }
    }
    return Optional.empty();
  }

  private boolean causes(Throwable cause) {
    return switch (this) {
      case EXPIRED ->
          cause instanceof CertificateExpiredException || isInvalid(cause, BasicReason.EXPIRED);
      case NOT_YET_VALID ->
          cause instanceof CertificateNotYetValidException
              || isInvalid(cause, BasicReason.NOT_YET_VALID);
      case OTHER_HOST ->
          cause instanceof SSLPeerUnverifiedException
              // The JDK has no class for it: "No name matching …", "No subject alternative …".
              || cause.getClass() == CertificateException.class
                  && String.valueOf(cause.getMessage()).startsWith("No ");
      case UNTRUSTED ->
          cause instanceof CertPathBuilderException || cause instanceof CertificateException;
    };
  }

  private static boolean isInvalid(Throwable cause, BasicReason reason) {
    return cause instanceof CertPathValidatorException invalid && invalid.getReason() == reason;
  }
}
