package dev.weir.moneyenrichment;

import dev.weir.deadletter.DeadLetters;
import dev.weir.deadletter.LogDeadLetters;
import dev.weir.files.HistoryEnd;
import dev.weir.files.ReadHistory;
import dev.weir.money.ProcessedAt;
import dev.weir.needs.Needs;
import dev.weir.ports.Durations;
import dev.weir.ports.Numbers;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Fills the state of money enrichment from files, for a savepoint that a live job starts from.
 * Publishes nothing and does not ask the session service; a backfill does both.
 */
public final class MoneyHistory {
  private final MoneyHistoryOptions options;
  private final MoneyStreams streams;
  private final Instant end;

  private MoneyHistory(MoneyHistoryOptions options, MoneyStreams streams, Instant end) {
    this.options = options;
    this.streams = streams;
    this.end = end;
  }

  /**
   * The external resources that the options name, to be checked first.
   *
   * @throws PortException if an argument is invalid
   */
  public static Needs needs(MoneyHistoryOptions options) {
    lines("wallet", options.getWallet());
    lines("users", options.getUsers());
    lines("sessions", options.getSessions());
    return MoneyNeeds.ofHistory(options);
  }

  /**
   * Reads the files once, to find their end, unless it is given.
   *
   * @param until the end of the history; later events are left to the live job
   * @throws PortException if an argument is invalid
   */
  public static MoneyHistory of(MoneyHistoryOptions options, Optional<Instant> until) {
    String wallet = lines("wallet", options.getWallet());
    String users = lines("users", options.getUsers());
    String sessions = lines("sessions", options.getSessions());
    Duration disorder = Durations.ofEventTime("disorder", options.getDisorder());
    Duration sessionWait = Durations.ofEventTime("sessionWait", options.getSessionWait());
    int shards = Numbers.between("shards", options.getShards(), 1, 32_768);
    Instant now = Instant.now();
    Instant end = until.orElseGet(() -> end(List.of(wallet, users, sessions), now));
    return new MoneyHistory(
        options,
        new MoneyStreams(
            ReadHistory.of(wallet, new ProcessedAt(), disorder, now, end),
            ReadHistory.of(users, new ProcessedAt(), disorder, now, end),
            ReadHistory.of(sessions, new ProcessedAt(), disorder, now, end),
            sessionWait,
            shards),
        end);
  }

  /**
   * The time after the last event: once the job's watermark has reached it, the state is complete.
   */
  public Instant end() {
    return end;
  }

  /** Starts the job; it does not end by itself. */
  public PipelineResult run() {
    Pipeline pipeline = Pipeline.create(options);
    DeadLetters rejected = new DeadLetters();
    streams.enrich(pipeline, rejected);
    rejected.writeTo(pipeline, LogDeadLetters.create());
    return pipeline.run();
  }

  private static Instant end(List<String> patterns, Instant now) {
    try {
      Instant end = HistoryEnd.of(patterns, new ProcessedAt(), now);
      if (end.isAfter(now)) {
        throw new PortException(
            "the history ends at "
                + end
                + ", which is in the future: some events have a wrong time; give --until=TIME");
      }
      return end;
    } catch (PortException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw new PortException("the history cannot be read: " + e.getCause().getMessage());
    } catch (IllegalArgumentException e) {
      throw new PortException("the history cannot be read: " + e.getMessage());
    }
  }

  private static String lines(String option, String uri) {
    if (Port.parse(option, uri) instanceof Port.Files files && !files.avro()) {
      return files.path();
    }
    throw new PortException("--" + option + ": history comes from file:path-or-glob (JSON Lines)");
  }
}
