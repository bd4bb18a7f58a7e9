package dev.weir.ports;

import org.apache.beam.sdk.options.Description;

/** The arguments of every pipeline that reads or writes {@code iceberg:} ports. */
public interface LedgerOptions extends FolderOptions {
  @Description(
      "Properties file of the Iceberg catalog (type, uri, warehouse, ...; a secret must be written"
          + " env:NAME, which each process reads from its environment); default: a Hadoop catalog"
          + " in ./warehouse")
  String getCatalog();

  void setCatalog(String file);

  @Description(
      "Identifies this job in the tables and topics that it writes: nothing is committed or published"
          + " twice under one id (default the pipeline's name for a live job, a new id for a bounded"
          + " run)")
  String getSinkId();

  void setSinkId(String id);

  @Description(
      "Starts a live job without a savepoint although its outputs have records of its sink id; it"
          + " publishes and appends all results again")
  boolean getTakeOver();

  void setTakeOver(boolean takeOver);
}
