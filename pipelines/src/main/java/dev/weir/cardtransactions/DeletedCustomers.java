package dev.weir.cardtransactions;

import dev.weir.card.CustomerDeletion;
import dev.weir.card.EnrichedTransaction;
import dev.weir.encoding.SingleObjectReader;
import dev.weir.iceberg.read.LedgerScan;
import dev.weir.iceberg.read.SnapshotRecords;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The deleted customers of a lake, which are read when they are asked for the first time. */
final class DeletedCustomers {
  private final LedgerCatalog catalog;
  private final String table;
  private Map<String, Instant> deletedAt;

  private DeletedCustomers(LedgerCatalog catalog, String table, Map<String, Instant> deletedAt) {
    this.catalog = catalog;
    this.table = table;
    this.deletedAt = deletedAt;
  }

  static DeletedCustomers none() {
    return new DeletedCustomers(null, null, Map.of());
  }

  static DeletedCustomers in(LedgerCatalog catalog, String table) {
    return new DeletedCustomers(catalog, table, null);
  }

  /** Returns whether maintenance removes personal data from this version of a transaction. */
  boolean areErased(EnrichedTransaction row) {
    if (deletedAt == null) {
      deletedAt = read();
    }
    Instant deleted = deletedAt.get(row.getAccountNumber());
    return deleted != null && !row.getCommittedAt().isAfter(deleted);
  }

  private Map<String, Instant> read() {
    Map<String, Instant> found = new HashMap<>();
    SingleObjectReader<CustomerDeletion> reader = SingleObjectReader.of(CustomerDeletion.class);
    SnapshotRecords.of(LedgerScan.of(catalog, table), CustomerDeletion.getClassSchema())
        .forEach(
            new RawRecords.Handler() {
              @Override
              public void record(RawRecord record) {
                try {
                  CustomerDeletion row = reader.read(record.bytes());
                  found.put(row.getAccountNumber(), row.getDeletedAt());
                } catch (UnreadableRecord e) {
                  unreadable(record.origin(), e);
                }
              }

              @Override
              public void unreadable(Origin origin, UnreadableRecord why) {
                throw new LedgerException("table " + table + ": " + why.getMessage(), why);
              }
            });
    return found;
  }
}
