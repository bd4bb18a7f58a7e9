/**
 * Reads rows of an Iceberg table, with deletes applied. {@link dev.weir.iceberg.read.ReadRows}
 * emits them as Avro records, {@link dev.weir.iceberg.read.ReadLedger} as the raw records that a
 * pipeline takes in; {@link dev.weir.iceberg.read.LedgerScan} defines which rows. The snapshot is
 * chosen when the pipeline is assembled ({@link dev.weir.iceberg.read.PinnedScan}), so later
 * commits change nothing. Each row is read once. A delete file is read once per task, regardless of
 * how many data files it applies to.
 */
package dev.weir.iceberg.read;
