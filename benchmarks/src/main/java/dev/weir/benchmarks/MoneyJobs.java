package dev.weir.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Outcome;
import dev.weir.benchmarks.compare.Side;
import dev.weir.benchmarks.page.Column;
import dev.weir.benchmarks.page.Layout;
import dev.weir.benchmarks.page.Row;
import java.nio.file.Path;
import java.util.List;

/**
 * Compares Weir's money enrichment with {@link NativeMoney}: both read the same events from the
 * same file, in turn, each in its own process. Their outputs must be identical, line by line.
 */
final class MoneyJobs implements Comparison {
  private static final long USERS = 100_000;
  private static final long MICROS = 14_400;
  private static final String HEAP = "-Xmx4g";

  private final String state;
  private final long events;

  private MoneyJobs(String state, long events) {
    this.state = state;
    this.events = events;
  }

  static MoneyJobs onTheHeap() {
    return new MoneyJobs("hashmap", 900_000);
  }

  static MoneyJobs inRocksDb() {
    return new MoneyJobs("rocksdb", 300_000);
  }

  @Override
  public Layout layout() {
    boolean isHeap = state.equals("hashmap");
    return Layout.of(
        "money/" + (isHeap ? "heap" : "rocksdb"),
        isHeap ? "heap" : "RocksDB, 256 MiB of managed memory",
        List.of(Column.WEIR, Column.NATIVE),
        List.of(
            Row.of("per_second", "events per second", 0),
            Row.of("cpu_micros", "processor time of the job's threads per event, µs", 1),
            Row.of("processor_micros", "processor time of the process per event, µs", 1),
            Row.RESIDENT,
            Row.of("seconds", "seconds from the first event to the last row", 1),
            Row.of("checkpoint_millis", "checkpoint, longest, ms", 0),
            Row.of("state_bytes", "state per user, bytes", 0),
            Row.count("events", "events"),
            Row.count("rows", "rows")));
  }

  @Override
  public Sides open(Bench bench) throws Exception {
    MadeMoney made = new MadeMoney(USERS, MICROS);
    long count = bench.size(events, events / 3);
    Path file = bench.folder("money").resolve("events");
    MoneyFile.write(file, made, count);
    Outcome.Same same = new Outcome.Same("rows", "sum");
    return side -> {
      String who = side.equals(Column.WEIR.side()) ? "Weir" : "Native";
      JsonNode report =
          Side.run(
              "benchmarks",
              HEAP,
              "dev.weir.benchmarks.Measure" + who + "Money",
              List.of(
                  "--file=" + file,
                  "--events=" + count,
                  "--first=" + made.timeOf(0),
                  "--micros=" + MICROS,
                  "--state=" + state,
                  "--checkpoints=" + bench.folder("checkpoints")));
      same.require(side, report);
      return Outcome.of(
              report, "per_second", "cpu_micros", "seconds", "checkpoint_millis", "events", "rows")
          .with("state_bytes", report.get("checkpoint_bytes").asDouble() / USERS)
          .withUsage(report, count);
    };
  }
}
