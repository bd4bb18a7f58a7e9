package dev.weir.iceberg.testing;

import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.testing.FaultyOperations.Fault;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;

/** A catalog in a folder whose tables make some commits and then fail at the next one. */
public final class FailingCatalog extends HadoopCatalog {
  private static final String GOOD_COMMITS = "good-commits";
  private static final String FAULT = "fault";

  private int goodCommits;
  private Fault fault;

  public static LedgerCatalog in(Path folder, int goodCommits, Fault fault) {
    return LedgerCatalog.of(
        Map.of(
            "catalog-impl",
            FailingCatalog.class.getName(),
            "warehouse",
            folder.toString(),
            GOOD_COMMITS,
            Integer.toString(goodCommits),
            FAULT,
            fault.name()));
  }

  @Override
  public void initialize(String name, Map<String, String> properties) {
    goodCommits = Integer.parseInt(properties.get(GOOD_COMMITS));
    fault = Fault.valueOf(properties.get(FAULT));
    super.initialize(name, properties);
  }

  @Override
  public Table loadTable(TableIdentifier name) {
    FaultyOperations operations = new FaultyOperations(super.loadTable(name));
    for (int n = 0; n < goodCommits; n++) {
      operations.race(() -> {});
    }
    operations.next(fault);
    return operations.table();
  }
}
