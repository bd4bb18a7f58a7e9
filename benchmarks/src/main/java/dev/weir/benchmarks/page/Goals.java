package dev.weir.benchmarks.page;

import static dev.weir.benchmarks.page.Goal.atLeast;
import static dev.weir.benchmarks.page.Goal.atMost;

import dev.weir.benchmarks.figures.Term;
import java.util.List;

/** The goals, in the order of the page. */
public final class Goals {
  private static final String WEIR = "weir";
  private static final String VECTORS = "vectors";
  private static final String NATIVE = "native";
  private static final String SQL = "flink-sql";
  private static final String SINK = "flink-sink";

  private Goals() {}

  public static List<Goal> all() {
    return List.of(
        new Goal(
            "bureau stage, share of the physical limit",
            "bureau/throughput",
            new Term(WEIR, "share"),
            null,
            true,
            0.98,
            null,
            ""),
        addedLatency("p50_10", "p50, 10 per second", 30),
        addedLatency("p99_10", "p99, 10 per second", 100),
        addedLatency("p50_1000", "p50, 1,000 per second", 30),
        addedLatency("p99_1000", "p99, 1,000 per second", 100),
        atLeast(
            1.0,
            "whole loan job, throughput ÷ native Flink",
            "loans/throughput",
            "per_second",
            WEIR,
            NATIVE),
        atLeast(1.0, "ledger, appends ÷ FlinkSink", "ledger/append", "rows_per_second", WEIR, SINK),
        upserts("ledger, upserts ÷ FlinkSink", WEIR),
        upserts("ledger, upserts, Weir in format version 3 ÷ FlinkSink in version 2", VECTORS),
        readBack("ledger, time to read back ÷ FlinkSink's table", WEIR),
        readBack(
            "ledger, time to read back, Weir in format version 3 ÷ FlinkSink in version 2",
            VECTORS),
        atMost(
            1.2,
            "ledger, time to read back ÷ the same table compacted",
            "ledger/upsert",
            new Term(WEIR, "read_seconds"),
            new Term(WEIR, "compacted_read_seconds")),
        windows(1.0, "1 min every 30 s, heap", "minute-heap"),
        windows(1.0, "1 min every 30 s, RocksDB", "minute-rocksdb"),
        windows(4.0, "1 day every 1 min, heap", "day-heap"),
        windows(4.0, "1 day every 1 min, RocksDB", "day-rocksdb"),
        money("heap"),
        money("rocksdb"),
        atLeast(
            0.95,
            "publishing exactly once ÷ at least once",
            "publish/throughput",
            "per_second",
            "once",
            "at-least-once"),
        recovery("values of 100 bytes", "pairs"),
        recovery("loan decisions", "decisions"),
        atMost(
            45,
            " s",
            "backfill, 1,000,000 applications",
            "backfill/applications",
            new Term("flink-batch", "seconds")));
  }

  private static Goal addedLatency(String figure, String which, double millis) {
    return atMost(
        millis,
        " ms",
        "bureau stage, added latency, " + which,
        "bureau/latency",
        new Term(WEIR, figure));
  }

  private static Goal upserts(String line, String side) {
    return atLeast(1.2, line, "ledger/upsert", "rows_per_second", side, SINK);
  }

  private static Goal readBack(String line, String side) {
    return atMost(
        0.5, line, "ledger/upsert", new Term(side, "read_seconds"), new Term(SINK, "read_seconds"));
  }

  private static Goal recovery(String of, String side) {
    return atMost(
        3,
        " s",
        "publishing exactly once, recovery of 300,000 records, " + of,
        "publish/recovery",
        new Term(side, "seconds"));
  }

  private static Goal windows(double limit, String which, String comparison) {
    return atLeast(
        limit,
        "spend windows, " + which + " ÷ Flink SQL",
        "spend/" + comparison,
        "per_second",
        WEIR,
        SQL);
  }

  private static Goal money(String state) {
    return atLeast(
            1.0,
            "money enrichment, " + (state.equals("heap") ? "heap" : "RocksDB") + " ÷ native Flink",
            "money/" + state,
            "per_second",
            WEIR,
            NATIVE)
        .andEach(0.8);
  }
}
