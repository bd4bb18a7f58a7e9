package dev.weir.iceberg.write;

import org.apache.iceberg.PartitionKey;

/** A data file that this writer wrote. */
final class RowFile {
  final String location;
  final PartitionKey partition;

  /** Whether another writer has removed the file from the table. */
  boolean removed;

  RowFile(String location, PartitionKey partition) {
    this.location = location;
    this.partition = partition;
  }
}
