package dev.weir.files;

import dev.weir.deadletter.DeadLetters;
import dev.weir.progress.PartMeter;
import dev.weir.progress.ReadMeter;
import dev.weir.record.LogTime;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.beam.sdk.transforms.DoFn;
import org.joda.time.Instant;

/**
 * Reads the lines of a file with their numbers. Blank lines are skipped. A line longer than a
 * megabyte becomes a dead letter and is never held in memory. A damaged compressed file yields the
 * lines that can be read, and one dead letter for the line after them.
 */
final class ReadLines extends DoFn<String, RawRecord> {
  private static final long serialVersionUID = 1L;

  /** The stage that dead letters name. */
  static final String STAGE = "read-lines";

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** The size of the longest line that is a record, in bytes. */
  static final int MAX_LINE = 1 << 20;

  private final ReadFiles.LineTime lineTime;
  private final ReadMeter meter;

  /**
   * @param lineTime null if lines have no time
   */
  ReadLines(ReadFiles.LineTime lineTime, ReadMeter meter) {
    this.lineTime = lineTime;
    this.meter = meter;
  }

  @ProcessElement
  public void process(
      @Element String file,
      @Timestamp Instant timestamp,
      OutputReceiver<RawRecord> out,
      MultiOutputReceiver more)
      throws IOException {
    PartMeter progress = meter.begin(file);
    try (InputStream in = InputFile.open(file, progress)) {
      LineScanner scanner = new LineScanner(in, MAX_LINE);
      LogTime log = lineTime == null ? null : new LogTime(lineTime.disorder());
      long number = 1;
      for (; scanner.next(); number++) {
        Origin origin = Origin.ofFile(file, number);
        if (scanner.isTooLong()) {
          DeadLetters.reject(DeadLetters.of(STAGE, tooLong(), origin, timestamp), more);
          progress.record();
        } else if (!isBlank(scanner.line())) {
          out.outputWithTimestamp(
              new RawRecord(scanner.line(), Encoding.JSON, origin),
              place(scanner.line(), log, timestamp));
          progress.record();
        }
      }
      if (scanner.damage() != null) {
        Origin origin = Origin.ofFile(file, number);
        DeadLetters.reject(
            DeadLetters.of(STAGE, damaged(scanner.damage()), origin, timestamp), more);
        progress.record();
      }
      progress.complete();
    }
  }

  static UnreadableRecord tooLong() {
    return new UnreadableRecord(Reason.TOO_LONG, "the line is longer than a megabyte");
  }

  /** The reason to reject the rest of a file after the last line that could be read. */
  static UnreadableRecord damaged(DamagedInput damage) {
    return new UnreadableRecord(Reason.MALFORMED, damage.getMessage());
  }

  private Instant place(byte[] line, LogTime log, Instant otherwise) {
    Instant time = log == null ? null : lineTime.time().apply(line);
    return time == null ? otherwise : Instant.ofEpochMilli(lineTime.place(log, time.getMillis()));
  }

  /** Also true for a byte order mark alone, which an editor leaves in an empty file. */
  static boolean isBlank(byte[] line) {
    boolean marked =
        line.length >= MARK.length && Arrays.equals(line, 0, MARK.length, MARK, 0, MARK.length);
    for (int i = marked ? MARK.length : 0; i < line.length; i++) {
      byte next = line[i];
      if (next != ' ' && next != '\t' && next != '\r') {
        return false;
      }
    }
    return true;
  }
}
