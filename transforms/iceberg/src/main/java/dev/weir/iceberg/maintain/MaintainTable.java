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
import java.util.function.BiFunction;
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
    return onTable(this::steps);
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

  /**
   * Rewrites small data files, data files with deletes to apply, and data files that hold personal
   * data of deleted persons ({@link Erasure}); removes delete files that no longer apply to any
   * data file.
   *
   * @throws LedgerException if the table's format version is not 2
   */
  public Compaction compact() {
    return onTable((table, personal) -> new CompactFiles(table, rules, clock, personal).run());
  }

  /** Merges small manifests of data files if there are ten or more. */
  public ManifestMerge mergeManifests() {
    return onTable((table, personal) -> new MergeManifests(table).run());
  }

  /**
   * Expires old snapshots and removes the files that only they reference. If an old snapshot shows
   * personal data of deleted persons, expires all snapshots except the current one and those of
   * tags and branches.
   */
  public Expiry expireSnapshots() {
    return onTable((table, personal) -> new ExpireHistory(table, rules, clock, personal).run());
  }

  /**
   * Removes files in the table's data folder that no snapshot references and that provably no job
   * will ever commit: for a live sink, files written before the start of its latest attempt that
   * has committed; for a finished run, files written before it finished; for a compaction, files
   * that are older than a day. Also removes the records of runs without a sink id of their own that
   * finished more than 30 days ago.
   */
  public OrphanRemoval removeOrphans() {
    return onTable((table, personal) -> new RemoveOrphans(table, rules, clock).run());
  }

  private <T> T onTable(BiFunction<Table, PersonalFiles, T> step) {
    try (OpenCatalog open = catalog.open()) {
      Table table = open.table(name);
      return OpenCatalog.orExplain(name, () -> step.apply(table, personal(open, table)));
    }
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
