package dev.weir.ports;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** The argument of every pipeline that may send credentials over HTTP. */
public interface PlainHttpOptions extends PipelineOptions {
  @Description(
      "Allows credentials to be sent over plain HTTP to services and registries on other machines")
  boolean getAllowPlainHttp();

  void setAllowPlainHttp(boolean allowed);
}
