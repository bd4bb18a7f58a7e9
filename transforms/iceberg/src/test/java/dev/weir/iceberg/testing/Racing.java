package dev.weir.iceberg.testing;

import dev.weir.iceberg.commit.CheckedOperations;
import java.util.function.Consumer;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.LocationProvider;

/** Tables on which another writer commits between the plan and the commit of a compaction. */
public final class Racing {
  private Racing() {}

  /**
   * @param somebodyElse commits once, when the compaction has been planned and writes its first
   *     file
   */
  public static Table whileRewriting(Table table, Runnable somebodyElse) {
    return new BaseTable(operations(table), table.name()) {
      private static final long serialVersionUID = 1;
      private boolean done;

      @Override
      public LocationProvider locationProvider() {
        LocationProvider locations = super.locationProvider();
        return new LocationProvider() {
          private static final long serialVersionUID = 1;

          @Override
          public String newDataLocation(String filename) {
            race();
            return locations.newDataLocation(filename);
          }

          @Override
          public String newDataLocation(PartitionSpec spec, StructLike partition, String filename) {
            race();
            return locations.newDataLocation(spec, partition, filename);
          }
        };
      }

      private synchronized void race() {
        if (!done) {
          done = true;
          somebodyElse.run();
        }
      }
    };
  }

  /**
   * @param somebodyElse is called before each attempt to commit compacted files
   */
  public static Table beforeCommits(Table table, Consumer<TableMetadata> somebodyElse) {
    return new BaseTable(
        new CheckedOperations(
            operations(table),
            after -> {
              Snapshot snapshot = after.currentSnapshot();
              if (snapshot != null && snapshot.summary().containsKey("weir.compaction")) {
                somebodyElse.accept(after);
              }
            }),
        table.name());
  }

  /**
   * @param somebodyElse commits once, before the first try to commit compacted files
   */
  public static Table beforeCommit(Table table, Runnable somebodyElse) {
    boolean[] done = {false};
    return beforeCommits(
        table,
        after -> {
          if (!done[0]) {
            done[0] = true;
            somebodyElse.run();
          }
        });
  }

  private static TableOperations operations(Table table) {
    return ((HasTableOperations) table).operations();
  }
}
