package dev.weir.ledger;

import java.time.Clock;
import java.util.function.Function;
import org.apache.iceberg.Table;

/**
 * Keeps a table fast and small: its rows are the same before and after, also while jobs write to it
 * and others read from it. Each step is safe by itself, and may be killed and repeated at any time.
 */
public final class MaintainTable {
  private final LedgerCatalog catalog;
  private final String name;
  private final MaintenanceRules rules;
  private final Clock clock;

  private MaintainTable(LedgerCatalog catalog, String name, MaintenanceRules rules, Clock clock) {
    this.catalog = catalog;
    this.name = name;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * @param table such as {@code bank.loan_decisions}
   */
  public static MaintainTable of(LedgerCatalog catalog, String table, MaintenanceRules rules) {
    return new MaintainTable(catalog, table, rules, Clock.systemUTC());
  }

  MaintainTable by(Clock newClock) {
    return new MaintainTable(catalog, name, rules, newClock);
  }

  /**
   * All steps, each with the use of the ones before.
   *
   * @throws LedgerException where the table is missing or cannot be maintained
   */
  public Maintenance run() {
    return new Maintenance(name, compact(), mergeManifests(), expireSnapshots(), removeOrphans());
  }

  /**
   * Rewrites small data files, and those with deletes to apply, and removes the delete files that
   * apply to nothing any more.
   *
   * @throws LedgerException where the table has another format version than 2
   */
  public Compaction compact() {
    return onTable(table -> new CompactFiles(table, rules, clock).run());
  }

  /** Merges small manifests of data files where there are ten or more. */
  public ManifestMerge mergeManifests() {
    return onTable(table -> new MergeManifests(table).run());
  }

  /** Lets go of old snapshots, and removes the files that only they name. */
  public Expiry expireSnapshots() {
    return onTable(table -> new ExpireHistory(table, rules, clock).run());
  }

  /**
   * Removes files in the table's data folder that no snapshot names and that provably nobody will
   * commit: of a live sink, what it had written before its newest attempt to have committed began;
   * of a finished run, what was written before it finished; of a compaction, what is a day old.
   * Forgets the runs without a sink id of their own that finished 30 days ago.
   */
  public OrphanRemoval removeOrphans() {
    return onTable(table -> new RemoveOrphans(table, rules, clock).run());
  }

  private <T> T onTable(Function<Table, T> step) {
    try (OpenCatalog open = catalog.open()) {
      Table table = open.table(name);
      return OpenCatalog.orExplain(name, () -> step.apply(table));
    }
  }
}
