package dev.weir.iceberg.testing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/** Checks of a table's manifests. */
public final class Manifests {
  private Manifests() {}

  /** With another number, a delete would miss rows, or a row would miss its delete. */
  public static void assertThatTheyHaveTheSequenceNumbersOfTheirSnapshots(Table table) {
    for (Snapshot snapshot : table.snapshots()) {
      for (ManifestFile manifest : snapshot.allManifests(table.io())) {
        Snapshot of = table.snapshot(manifest.snapshotId());
        if (of != null) {
          assertThat(
              manifest.path() + " in snapshot " + snapshot.sequenceNumber(),
              manifest.sequenceNumber(),
              is(of.sequenceNumber()));
        }
      }
    }
  }
}
