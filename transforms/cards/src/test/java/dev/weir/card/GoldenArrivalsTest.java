package dev.weir.card;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.cdc.LiveTracker;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import dev.weir.spend.GoldenWindowsTest;
import dev.weir.spend.Live;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** The golden windows, from envelopes that arrive in any order and some of them twice. */
class GoldenArrivalsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<byte[]> ENVELOPES = new ArrayList<>();

  @BeforeAll
  static void read() throws IOException {
    JsonNode golden;
    try (InputStream in = GoldenWindowsTest.class.getResourceAsStream("windows.json")) {
      golden = JSON.readTree(in);
    }
    for (JsonNode insert : golden.get("inserts")) {
      ENVELOPES.add(envelope("c", Instant.parse(insert.get("timestamp").asText()), insert));
    }
    for (JsonNode change : golden.get("changes")) {
      String note = change.get("note").asText();
      String commit = note.replaceAll("commit (\\d\\d:\\d\\d):.*", "2026-01-14T$1:00Z");
      String op = note.contains("deleted") ? "d" : note.contains("late") ? "c" : "u";
      ENVELOPES.add(envelope(op, Instant.parse(commit), change));
    }
  }

  @RepeatedTest(200)
  void theRowsAreTheSameInAnyOrderOfArrival(RepetitionInfo repetition) throws UnreadableRecord {
    Random random = new Random(repetition.getCurrentRepetition());
    List<byte[]> arrivals = new ArrayList<>(ENVELOPES);
    arrivals.addAll(ENVELOPES.subList(0, random.nextInt(ENVELOPES.size())));
    Collections.shuffle(arrivals, random);
    LiveTracker<TransactionChange, TrackedTransaction, TransactionOutcome> tracker =
        new LiveTracker<>(
            new TransactionTracker(Duration.standardDays(10), Duration.standardDays(10)),
            TrackedTransaction.class,
            new TrackTransactions.ByOutcome());
    Live windows = Live.standard();
    Instant time = Instant.parse("2026-01-14T07:00:00Z");
    for (byte[] envelope : arrivals) {
      time = time.plus(Duration.standardMinutes(random.nextInt(40)));
      windows.passes(time);
      tracker.arrive(change(envelope));
      tracker.newOutputs(TrackTransactions.SPEND).forEach(windows::arrives);
    }
    windows.passes(BoundedWindow.TIMESTAMP_MAX_VALUE);

    GoldenWindowsTest.theLastRowsAreRight(windows.rows());
  }

  private static TransactionChange change(byte[] envelope) throws UnreadableRecord {
    return TransactionReader.read(
        new RawRecord(envelope, RawRecord.Encoding.JSON, Origin.ofFile("golden", 1)), () -> {});
  }

  private static byte[] envelope(String op, Instant commit, JsonNode row) {
    ObjectNode full = ((ObjectNode) row.deepCopy()).without("note");
    full.put("account_number", "ACC000001").put("currency", "USD");
    ObjectNode envelope = JSON.createObjectNode().put("op", op);
    envelope.set(op.equals("d") ? "before" : "after", full);
    envelope
        .putObject("source")
        .put("ts_ms", commit.getMillis())
        .put("lsn", 100L + ENVELOPES.size());
    return envelope.toString().getBytes(UTF_8);
  }
}
