package dev.weir.ports;

import org.apache.beam.sdk.options.Description;

/** The arguments of every pipeline that asks a service over HTTP. */
public interface HttpOptions extends PlainHttpOptions {
  @Description(
      "A PEM file with the certificates of the authorities that an https:// service is trusted by;"
          + " read once, at submission (default: the trust store of each worker's JVM)")
  String getTrustStore();

  void setTrustStore(String file);
}
