package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownRowsTest {
  private static final int KEYS = 5_000;

  private record Place(RowFile file, int position) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000, 2 * KEYS})
  void whatItFindsIsTheLastPlaceOfTheKey(int mostKeys) {
    Random random = new Random(mostKeys);
    KnownRows rows = new KnownRows(KeyBudget.ofKeys(mostKeys));
    Map<Integer, Place> all = new HashMap<>();
    RowFile file = new RowFile("file 0", null);
    boolean forgot = false;
    for (int n = 0; n < 100_000; n++) {
      if (random.nextInt(500) == 0) {
        file = new RowFile("file " + n, null);
      }
      int key = random.nextInt(KEYS);
      boolean found = rows.find(key % 3, key);
      if (found) {
        assertThat(new Place(rows.file(), rows.position()), is(all.get(key)));
      }
      assertThat(found || forgot || !all.containsKey(key), is(true));
      if (random.nextInt(3) == 0) {
        rows.remove(key % 3, key);
        all.remove(key);
      } else {
        forgot |= rows.put(key % 3, key, file, n);
        all.put(key, new Place(file, n));
      }
    }
    assertThat(forgot, is(mostKeys < KEYS));
  }

  @Test
  void keysWrittenRecentlyAreFound() {
    KnownRows rows = new KnownRows(KeyBudget.ofKeys(100));
    RowFile file = new RowFile("file", null);
    for (int key = 0; key < 1_000; key++) {
      rows.put(key, key, file, key);
    }

    for (int key = 900; key < 1_000; key++) {
      assertThat(rows.find(key, key), is(true));
    }
    assertThat(rows.find(1, 1), is(false));
  }

  @Test
  void filesThatWereRemovedAreMarked() {
    KnownRows rows = new KnownRows(KeyBudget.ofKeys(10));
    for (int n = 0; n < 3; n++) {
      rows.put(n, n, new RowFile("file " + n, null), 0);
    }
    rows.removed(Set.of("file 1", "another"));

    Set<String> removed = new HashSet<>();
    for (int n = 0; n < 3; n++) {
      rows.find(n, n);
      if (rows.file().removed) {
        removed.add(rows.file().location);
      }
    }
    assertThat(removed, is(Set.of("file 1")));
  }

  @Test
  void nothingIsFoundAfterItIsCleared() {
    KnownRows rows = new KnownRows(KeyBudget.ofKeys(10));
    rows.put(1, 1, new RowFile("before", null), 5);
    rows.clear();
    assertThat(rows.find(1, 1), is(false));

    rows.put(1, 1, new RowFile("after", null), 6);
    assertThat(rows.find(1, 1), is(true));
    assertThat(rows.file().location + " " + rows.position(), is("after 6"));
  }
}
