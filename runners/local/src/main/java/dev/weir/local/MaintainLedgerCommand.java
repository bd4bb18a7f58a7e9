package dev.weir.local;

import dev.weir.iceberg.maintain.MaintainTable;
import dev.weir.iceberg.maintain.MaintenanceRules;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.iceberg.table.OpenCatalog;
import dev.weir.needs.Needs;
import dev.weir.ports.Durations;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Keeps tables fast and small, even while jobs write to them. */
@Command(
    name = "maintain-ledger",
    mixinStandardHelpOptions = true,
    version = "maintain-ledger of Weir",
    description =
        "Compacts the files of Iceberg tables, expires old snapshots and removes orphan files;"
            + " erases deleted persons from the tables that define an erasure."
            + " Safe while jobs are running; reports what it did.")
final class MaintainLedgerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--ledger",
      required = true,
      description = "The tables: iceberg:db for all tables of a namespace, or iceberg:db.table.")
  private String ledger;

  @Option(
      names = "--catalog",
      description =
          "Properties file of the Iceberg catalog, in which secrets are written env:NAME; default: a"
              + " Hadoop catalog in ./warehouse.")
  private Path catalog;

  @Option(
      names = "--history",
      defaultValue = "5d",
      description =
          "How long snapshots are kept, so that a job can go back to an older savepoint; default"
              + " ${DEFAULT-VALUE}.")
  private String history;

  @Option(
      names = "--snapshots",
      defaultValue = "10",
      description =
          "Minimum number of snapshots kept, whatever their age; default ${DEFAULT-VALUE}.")
  private int snapshots;

  @Option(
      names = "--leaveAppended",
      defaultValue = "1d",
      description =
          "How long files appended by a live job are left unchanged; default ${DEFAULT-VALUE}.")
  private String leaveAppended;

  @Option(
      names = "--removeUnknownOlderThan",
      description =
          "Also removes orphan files whose writer the table does not know, if they are at least"
              + " this old; default: never.")
  private String removeUnknown;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      String name = Port.namespace("ledger", ledger);
      MaintenanceRules rules = rules();
      LedgerCatalog tables = catalog();
      Needs needs = Needs.of(false, catalog == null ? null : catalog.toString(), tables);
      if (!BeforeStart.areMet(needs.opensCatalog("ledger"), spec.commandLine().getErr())) {
        return CommandLine.ExitCode.SOFTWARE;
      }
      for (String table : tables(tables, name)) {
        out.println(MaintainTable.of(tables, table, rules).run());
        out.flush();
      }
    } catch (PortException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    return CommandLine.ExitCode.OK;
  }

  private LedgerCatalog catalog() {
    try {
      return catalog == null
          ? LedgerCatalog.inFolder(Path.of("warehouse"))
          : LedgerCatalog.read(catalog);
    } catch (LedgerException e) {
      throw new PortException("--catalog: " + e.getMessage());
    }
  }

  private MaintenanceRules rules() {
    if (snapshots < 1) {
      throw new PortException("--snapshots must be above 0, not " + snapshots);
    }
    MaintenanceRules rules =
        MaintenanceRules.standard()
            .withHistory(Durations.parse("history", history), snapshots)
            .leavingAppendedFilesFor(Durations.parse("leaveAppended", leaveAppended));
    return removeUnknown == null
        ? rules
        : rules.removingUnknownOlderThan(Durations.parse("removeUnknownOlderThan", removeUnknown));
  }

  private static List<String> tables(LedgerCatalog tables, String name) {
    try (OpenCatalog open = tables.open()) {
      Catalog iceberg = open.catalog();
      if (name.contains(".") && iceberg.tableExists(TableIdentifier.parse(name))) {
        return List.of(name);
      }
      List<String> found =
          iceberg.listTables(Namespace.of(name.split("\\."))).stream()
              .map(TableIdentifier::toString)
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new PortException(
            "--ledger: there is no table in the namespace " + name + "; check its name");
      }
      return found;
    } catch (NoSuchNamespaceException e) {
      throw new PortException(
          "--ledger: there is no table or namespace " + name + "; check its name");
    }
  }
}
