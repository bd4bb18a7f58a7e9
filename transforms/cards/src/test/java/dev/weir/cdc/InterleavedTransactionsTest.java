package dev.weir.cdc;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.cdc.ReplicatedRows.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a database and its connector do, live and replay end with the rows of the database. */
class InterleavedTransactionsTest {
  private static final int HISTORIES = Integer.getInteger("weir.runs", 400);

  @ParameterizedTest
  @CsvSource({"true,false", "true,true", "false,false", "false,true"})
  void aLiveRunAndAReplayApplyTheSameChanges(boolean sequences, boolean clockIsSetBack) {
    for (int seed = 0; seed < HISTORIES; seed++) {
      Random random = new Random(seed);
      ReplicatedRows history = ReplicatedRows.of(random, sequences, clockIsSetBack, 12);
      List<Change> shuffled = new ArrayList<>(history.topic());
      Collections.shuffle(shuffled, random);

      Map<String, List<Change>> live = applied(byRow(history.topic(), false));
      Map<String, List<Change>> replayed = applied(byRow(shuffled, true));

      assertThat("seed " + seed, rows(live), is(history.rows()));
      assertThat("seed " + seed, rows(replayed), is(history.rows()));
      assertThat("seed " + seed, positions(replayed), is(positions(live)));
    }
  }

  private static Map<String, List<Change>> byRow(List<Change> changes, boolean sort) {
    Map<String, List<Change>> byRow = new TreeMap<>();
    changes.forEach(c -> byRow.computeIfAbsent(c.row(), row -> new ArrayList<>()).add(c));
    if (sort) {
      byRow.replaceAll((row, list) -> ChangeOrder.inOrder(list, Change::source));
    }
    return byRow;
  }

  private static Map<String, List<Change>> applied(Map<String, List<Change>> byRow) {
    Map<String, List<Change>> applied = new TreeMap<>();
    byRow.forEach(
        (row, changes) -> {
          RowProgress progress = null;
          Change last = null;
          for (Change change : changes) {
            if (last == null || ChangeOrder.isNew(progress, last.source(), change.source())) {
              progress = ChangeOrder.progress(progress, change.source());
              last = change;
              applied.computeIfAbsent(row, r -> new ArrayList<>()).add(change);
            }
          }
        });
    return applied;
  }

  private static Map<String, Long> rows(Map<String, List<Change>> applied) {
    Map<String, Long> rows = new TreeMap<>();
    applied.forEach(
        (row, changes) -> {
          Change last = changes.get(changes.size() - 1);
          if (last.source().getOperation() != Operation.d) {
            rows.put(row, last.written());
          }
        });
    return rows;
  }

  /** The changes that were applied to each row: the operation and its position in the log. */
  private static Map<String, List<String>> positions(Map<String, List<Change>> applied) {
    Map<String, List<String>> positions = new HashMap<>();
    applied.forEach(
        (row, changes) ->
            positions.put(
                row,
                changes.stream()
                    .map(c -> c.source().getOperation() + " " + c.source().getLsn())
                    .toList()));
    return positions;
  }
}
