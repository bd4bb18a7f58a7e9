package dev.weir.ports;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** The arguments of every pipeline that reads or writes {@code iceberg:} ports. */
public interface LedgerOptions extends PipelineOptions {
  @Description(
      "Properties file of the Iceberg catalog (type, uri, warehouse, ...; env:NAME reads the"
          + " environment); unset, a Hadoop catalog in ./warehouse")
  String getCatalog();

  void setCatalog(String file);

  @Description(
      "Names this job in the tables it writes: what it committed under this name is never"
          + " committed again; unset, a live job has the pipeline's name, a bounded run a fresh one")
  String getSinkId();

  void setSinkId(String id);
}
