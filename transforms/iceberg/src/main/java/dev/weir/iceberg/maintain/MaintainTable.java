package dev.weir.iceberg.maintain;

import dev.weir.iceberg.erase.Forgetting;
import dev.weir.iceberg.erase.ForgottenPersons;
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
 * Keeps a table fast and small: its rows are the same before and after, also while jobs write to it
 * and others read from it, but for what an {@link Erasure} removes. Each step is safe by itself,
 * and may be killed and repeated at any time.
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
   * @param table such as {@code bank.loan_decisions}
   */
  public static MaintainTable of(LedgerCatalog catalog, String table, MaintenanceRules rules) {
    return new MaintainTable(catalog, table, rules, Clock.systemUTC());
  }

  public MaintainTable by(Clock newClock) {
    return new MaintainTable(catalog, name, rules, newClock);
  }

  /**
   * All steps, each with the use of the ones before.
   *
   * @throws LedgerException where the table is missing or cannot be maintained
   */
  public Maintenance run() {
    return onTable(this::steps);
  }

  /**
   * @param personal what is to be forgotten; null for a table without an erasure
   */
  public Maintenance steps(Table table, PersonalFiles personal) {
    CompactFiles compact = new CompactFiles(table, rules, clock, personal);
    Compaction compaction = compact.run();
    ManifestMerge manifests = new MergeManifests(table).run();
    Expiry expiry = new ExpireHistory(table, rules, clock, personal).run();
    RemoveOrphans orphans = new RemoveOrphans(table, rules, clock);
    OrphanRemoval removal = orphans.run();
    Optional<Forgetting> forgetting =
        Optional.ofNullable(personal)
            .map(files -> check(table, files, compact.rowsBlanked(), orphans.kept()));
    return new Maintenance(name, compaction, manifests, expiry, removal, forgetting);
  }

  /** Looks at what is left, instead of believing that all went well. */
  private Forgetting check(
      Table table, PersonalFiles personal, long rowsBlanked, List<String> pending) {
    table.refresh();
    Forgetting done =
        new Forgetting(
            personal.persons().all().size(),
            rowsBlanked,
            personal.due(table.currentSnapshot()).size(),
            personal.keptBy(),
            personal.among(pending).size(),
            personal.persons().whyNot());
    if (!done.isComplete()) {
      LOG.warn("table {}: {}", name, done);
    }
    return done;
  }

  /**
   * Rewrites small data files, those with deletes to apply, and those that hold personal data of
   * persons who are to be forgotten ({@link Erasure}); removes the delete files that apply to
   * nothing any more.
   *
   * @throws LedgerException where the table has another format version than 2
   */
  public Compaction compact() {
    return onTable((table, personal) -> new CompactFiles(table, rules, clock, personal).run());
  }

  /** Merges small manifests of data files where there are ten or more. */
  public ManifestMerge mergeManifests() {
    return onTable((table, personal) -> new MergeManifests(table).run());
  }

  /**
   * Lets go of old snapshots, and removes the files that only they name. Where one of them shows
   * personal data of persons who are to be forgotten, all go but the current one and those that
   * have a name.
   */
  public Expiry expireSnapshots() {
    return onTable((table, personal) -> new ExpireHistory(table, rules, clock, personal).run());
  }

  /**
   * Removes files in the table's data folder that no snapshot names and that provably nobody will
   * commit: of a live sink, what it had written before its newest attempt to have committed began;
   * of a finished run, what was written before it finished; of a compaction, what is a day old.
   * Forgets the runs without a sink id of their own that finished 30 days ago.
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

  /** What is to be forgotten, as of now; null for a table without an erasure. */
  public PersonalFiles personal(OpenCatalog open, Table table) {
    return Erasure.of(table)
        .map(
            erasure ->
                new PersonalFiles(
                    table, erasure, ForgottenPersons.read(open, name, table, erasure)))
        .orElse(null);
  }
}
