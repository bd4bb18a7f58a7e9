package dev.weir.iceberg.maintain;

import dev.weir.iceberg.erase.DeletedPersons;
import dev.weir.iceberg.erase.ErasureResult;
import dev.weir.iceberg.erase.PersonalFiles;
import dev.weir.iceberg.table.Erasure;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenCatalog;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a table fast and small without changing its rows, except for what an {@link Erasure}
 * removes, even while jobs write to it and others read from it. Each step is safe on its own, and
 * can be killed and repeated at any time.
 */
public final class MaintainTable {
  private static final Logger LOG = LoggerFactory.getLogger(MaintainTable.class);

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
   * @param table the table's full name, such as {@code bank.loan_decisions}
   */
  public static MaintainTable of(LedgerCatalog catalog, String table, MaintenanceRules rules) {
    return new MaintainTable(catalog, table, rules, Clock.systemUTC());
  }

  public MaintainTable by(Clock newClock) {
    return new MaintainTable(catalog, name, rules, newClock);
  }

  /**
   * Runs all steps, in an order in which each benefits from the ones before it.
   *
   * @throws LedgerException if the table is missing or cannot be maintained
   */
  public Maintenance run() {
    try (OpenCatalog open = catalog.open()) {
      Table table = open.table(name);
      return OpenCatalog.orExplain(name, () -> steps(table, personal(open, table)));
    }
  }

  /**
   * Runs all steps on a loaded table.
   *
   * @param personal the personal data to remove; null for a table without an erasure
   */
  public Maintenance steps(Table table, PersonalFiles personal) {
    CompactFiles compact = new CompactFiles(table, rules, clock, personal);
    Compaction compaction = compact.run();
    ManifestMerge manifests = new MergeManifests(table).run();
    Expiry expiry = new ExpireHistory(table, rules, clock, personal).run();
    RemoveOrphans orphans = new RemoveOrphans(table, rules, clock);
    OrphanRemoval removal = orphans.run();
    Optional<ErasureResult> erasure =
        Optional.ofNullable(personal)
            .map(files -> check(table, files, compact.rowsBlanked(), orphans.kept()));
    return new Maintenance(name, compaction, manifests, expiry, removal, erasure);
  }

  /** Checks what is left instead of assuming that every step succeeded. */
  private ErasureResult check(
      Table table, PersonalFiles personal, long rowsBlanked, List<String> pending) {
    table.refresh();
    ErasureResult done =
        new ErasureResult(
            personal.persons().all().size(),
            rowsBlanked,
            personal.due(table.currentSnapshot()).size(),
            personal.keptBy(),
            personal.among(pending).size(),
            personal.persons().skipReason());
    if (!done.isComplete()) {
      LOG.warn("table {}: {}", name, done);
    }
    return done;
  }

  /** The personal data to remove, as of now; null for a table without an erasure. */
  public PersonalFiles personal(OpenCatalog open, Table table) {
    return Erasure.of(table)
        .map(
            erasure ->
                new PersonalFiles(table, erasure, DeletedPersons.read(open, name, table, erasure)))
        .orElse(null);
  }
}
