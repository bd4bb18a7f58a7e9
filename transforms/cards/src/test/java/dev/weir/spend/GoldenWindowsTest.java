package dev.weir.spend;

import static dev.weir.testing.Pipelines.run;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.changelog.RowChange;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.testing.Pipelines;
import dev.weir.testing.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.junit.jupiter.api.Test;

/** A case whose rows were found by hand: windows.json holds the changes and the expected rows. */
public class GoldenWindowsTest {
  private static final JsonNode CASE = read();

  @Test
  void theStreamEndsWithTheseRows() {
    Live live = Live.standard();
    for (SpendChange change : changes()) {
      live.passes(Instant.ofEpochMilli(change.getCommitMs())).arrives(change);
    }
    live.passes(BoundedWindow.TIMESTAMP_MAX_VALUE);

    theLastRowsAreRight(live.rows());
  }

  @Test
  void theCollectedChangesGiveTheseRows() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    Seen<RowChange<SpendMetrics>> rows =
        Seen.in(
            pipeline
                .apply(Create.of(changes()).withCoder(SingleObjectCoder.of(SpendChange.class)))
                .apply(
                    "Measure",
                    MeasureSpend.inStandardWindows(org.joda.time.Duration.standardDays(10), 4)));
    run(pipeline);

    theLastRowsAreRight(rows.values());
    assertThat(Row.last(rows.values()), is(aMapWithSize(rows.values().size())));
  }

  public static void theLastRowsAreRight(Collection<RowChange<SpendMetrics>> changes) {
    Map<Row.Key, Row> right = new HashMap<>();
    for (JsonNode row : CASE.get("final_rows")) {
      Row.Key key =
          new Row.Key(
              row.get("account_number").asText(),
              row.get("currency").asText(),
              row.get("window_type").asText(),
              row.get("window_start").asText(),
              row.get("window_end").asText());
      right.put(
          key,
          new Row(
              key,
              row.get("tx_count").asLong(),
              row.get("total_amount").asText(),
              row.get("avg_amount").asText(),
              row.get("min_amount").asText(),
              row.get("max_amount").asText()));
    }
    assertThat(Row.last(changes), is(right));
  }

  /**
   * The changes that follow from rule 6: completed transactions are added, their earlier versions
   * retracted.
   */
  private static List<SpendChange> changes() {
    List<SpendChange> changes = new ArrayList<>();
    Map<String, JsonNode> current = new HashMap<>();
    for (JsonNode insert : CASE.get("inserts")) {
      apply(insert, Instant.parse(insert.get("timestamp").asText()), current, changes);
    }
    for (JsonNode change : CASE.get("changes")) {
      String commit = change.get("note").asText().replaceAll("commit (\\d\\d:\\d\\d):.*", "$1");
      apply(change, Instant.parse("2026-01-14T" + commit + ":00Z"), current, changes);
    }
    return changes;
  }

  private static void apply(
      JsonNode now, Instant commit, Map<String, JsonNode> current, List<SpendChange> changes) {
    JsonNode before = current.put(now.get("txn_id").asText(), now);
    add(before, -1, commit, changes);
    add(now, 1, commit, changes);
  }

  private static void add(
      JsonNode transaction, int count, Instant commit, List<SpendChange> changes) {
    if (transaction != null && transaction.get("status").asText().equals("COMPLETED")) {
      changes.add(
          new SpendChange(
              CASE.get("account_number").asText(),
              CASE.get("currency").asText(),
              Instant.parse(transaction.get("timestamp").asText()).toEpochMilli(),
              Changes.cents(transaction.get("amount").asText()),
              count,
              commit.toEpochMilli()));
    }
  }

  private static JsonNode read() {
    try (InputStream in = GoldenWindowsTest.class.getResourceAsStream("windows.json")) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
