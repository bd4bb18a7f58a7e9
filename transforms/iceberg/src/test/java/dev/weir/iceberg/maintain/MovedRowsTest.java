package dev.weir.iceberg.maintain;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.iceberg.maintain.MovedRows.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.junit.jupiter.api.Test;

class MovedRowsTest {
  @Test
  void eachRowThatWasReadIsFoundWhereItWasWritten() {
    Random random = new Random(5);
    MovedRows rows = new MovedRows();
    Map<Place, Place> expected = new HashMap<>();
    int written = 0;
    int ofTarget = 700;
    for (String file : List.of("a", "b", "c")) {
      rows.from(file);
      for (int position = 0; position < 1_000; position++) {
        if (random.nextInt(10) < 7) {
          rows.add(position);
          expected.put(
              new Place(file, position),
              new Place("target " + written / ofTarget, written % ofTarget));
          written++;
        }
      }
    }
    List<DataFile> targets = new ArrayList<>();
    for (int n = 0; n * ofTarget < written; n++) {
      targets.add(target("target " + n, Math.min(ofTarget, written - n * ofTarget)));
    }
    rows.into(targets);

    for (String file : List.of("a", "b", "c")) {
      for (int position = 0; position < 1_000; position++) {
        assertThat(rows.of(file, position), is(expected.get(new Place(file, position))));
      }
    }
    assertThat(rows.includes("a"), is(true));
    assertThat(rows.includes("target 0"), is(false));
  }

  private static DataFile target(String path, int rows) {
    return DataFiles.builder(PartitionSpec.unpartitioned())
        .withPath(path)
        .withFormat("parquet")
        .withFileSizeInBytes(1)
        .withRecordCount(rows)
        .build();
  }
}
