package dev.weir.ports;

import dev.weir.service.ServiceAddress;
import dev.weir.service.TrustedCertificates;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The services that a pipeline asks, as its options describe them. */
public final class Services {
  private final TrustedCertificates trusted;
  private final boolean plainHttp;
  private final UnaryOperator<String> environment;

  private Services(
      TrustedCertificates trusted, boolean plainHttp, UnaryOperator<String> environment) {
    this.trusted = trusted;
    this.plainHttp = plainHttp;
    this.environment = environment;
  }

  /**
   * Reads the file of certificates, if one is given.
   *
   * @throws PortException if it is not a file of certificates
   */
  public static Services of(HttpOptions options) {
    return of(options, System::getenv);
  }

  static Services of(HttpOptions options, UnaryOperator<String> environment) {
    return new Services(trusted(options.getTrustStore()), options.getAllowPlainHttp(), environment);
  }

  private static TrustedCertificates trusted(String file) {
    if (file == null) {
      return TrustedCertificates.ofTheJvm();
    }
    try {
      return TrustedCertificates.in(Path.of(file));
    } catch (InvalidPathException e) {
      throw new PortException("--trustStore: '" + file + "' is not a path");
    } catch (IllegalArgumentException e) {
      throw new PortException("--trustStore: " + e.getMessage());
    }
  }

  /**
   * The service that an option names. If this process has a token for it, the token is checked; the
   * workers read it from their own environment.
   *
   * @param address the value of the option
   * @param tokenVariable the environment variable that holds the token
   * @throws PortException if the address is invalid, or the token must not be sent there
   */
  public ServiceAddress at(String option, String address, String tokenVariable) {
    URI uri = Port.service(option, address);
    ServiceAddress service =
        ServiceAddress.of(uri)
            .named("--" + option)
            .withTokenIn(tokenVariable)
            .trusting(trusted)
            .allowingPlainHttp(plainHttp);
    try {
      service.token(environment);
    } catch (IllegalArgumentException e) {
      throw new PortException(e.getMessage());
    }
    return service;
  }
}
