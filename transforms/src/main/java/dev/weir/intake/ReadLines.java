package dev.weir.intake;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.intake.RawRecord.Encoding;
import dev.weir.intake.UnreadableRecord.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.zip.ZipException;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/**
 * Reads the lines of a file with their numbers. Blank lines are no records; a line longer than a
 * megabyte is a dead letter and never held in memory.
 */
final class ReadLines extends DoFn<ReadableFile, RawRecord> {
  private static final long serialVersionUID = 1L;
  private static final Counter DEAD_LETTERS = Metrics.counter("weir", "dead_letters");

  /** Bytes of the longest line that is a record. */
  static final int MAX_LINE = 1 << 20;

  private final TupleTag<RawRecord> lines;
  private final TupleTag<DeadLetter> refused;
  private final ReadFiles.LineTime lineTime;

  /**
   * @param lineTime null where lines have no time
   */
  ReadLines(TupleTag<RawRecord> lines, TupleTag<DeadLetter> refused, ReadFiles.LineTime lineTime) {
    this.lines = lines;
    this.refused = refused;
    this.lineTime = lineTime;
  }

  @ProcessElement
  public void process(
      @Element ReadableFile file, @Timestamp Instant timestamp, MultiOutputReceiver out)
      throws IOException {
    String name = file.getMetadata().resourceId().toString();
    try (InputStream in = Channels.newInputStream(file.open())) {
      LineScanner scanner = new LineScanner(in, MAX_LINE);
      LogTime log = lineTime == null ? null : new LogTime(lineTime.disorder());
      for (long number = 1; ; number++) {
        Origin origin = Origin.ofFile(name, number);
        try {
          if (!scanner.next()) {
            return;
          }
        } catch (ZipException | EOFException e) {
          DEAD_LETTERS.inc();
          UnreadableRecord why =
              new UnreadableRecord(Reason.MALFORMED, "the compressed file is damaged from here on");
          out.get(refused).output(DeadLetters.of("read-lines", why, origin, timestamp));
          return;
        }
        if (scanner.isTooLong()) {
          DEAD_LETTERS.inc();
          UnreadableRecord why =
              new UnreadableRecord(Reason.TOO_LONG, "the line is longer than a megabyte");
          out.get(refused).output(DeadLetters.of("read-lines", why, origin, timestamp));
        } else if (!isBlank(scanner.line())) {
          out.get(lines)
              .outputWithTimestamp(
                  new RawRecord(scanner.line(), Encoding.JSON, origin),
                  place(scanner.line(), log, timestamp));
        }
      }
    }
  }

  private Instant place(byte[] line, LogTime log, Instant otherwise) {
    Instant time = log == null ? null : lineTime.time().apply(line);
    return time == null ? otherwise : Instant.ofEpochMilli(lineTime.place(log, time.getMillis()));
  }

  static boolean isBlank(byte[] line) {
    for (byte next : line) {
      if (next != ' ' && next != '\t' && next != '\r') {
        return false;
      }
    }
    return true;
  }
}
