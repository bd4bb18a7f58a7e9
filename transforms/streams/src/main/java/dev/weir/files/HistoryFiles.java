package dev.weir.files;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.record.LogTime;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Merges the lines of several files into one stream. The next line always comes from the file whose
 * time is furthest behind, so that files of different days follow each other and files of one day
 * are interleaved. Two readers of the same files see the same stream.
 */
final class HistoryFiles implements AutoCloseable {
  private final ReadFiles.LineTime lineTime;
  private final PriorityQueue<OpenFile> open =
      new PriorityQueue<>(
          Comparator.comparingLong((OpenFile file) -> file.log.reached())
              .thenComparing(file -> file.name));
  private RawRecord record;
  private DeadLetter refusal;
  private Long ownTime;
  private long place;

  /** A file that is not read to its end yet. */
  private static final class OpenFile {
    final String name;
    final InputStream in;
    final LineScanner lines;
    final LogTime log;
    long number;

    OpenFile(String name, InputStream in, LogTime log) {
      this.name = name;
      this.in = in;
      this.lines = new LineScanner(in, ReadLines.MAX_LINE);
      this.log = log;
    }
  }

  private HistoryFiles(ReadFiles.LineTime lineTime) {
    this.lineTime = lineTime;
  }

  /**
   * @param pattern a path, folder or glob; see {@link FilePattern}
   * @throws IOException if no file matches or a file cannot be opened
   */
  static HistoryFiles open(String pattern, ReadFiles.LineTime lineTime) throws IOException {
    HistoryFiles files = new HistoryFiles(lineTime);
    try {
      for (String name : FilePattern.ofLines(pattern).files()) {
        files.open.add(new OpenFile(name, InputFile.open(name), new LogTime(lineTime.disorder())));
      }
      return files;
    } catch (IOException e) {
      files.close();
      throw e;
    }
  }

  /**
   * Moves to the next line that is not blank, or to the damage of a file.
   *
   * @return false if everything is read
   */
  boolean next() throws IOException {
    while (!open.isEmpty()) {
      OpenFile file = open.poll();
      boolean any = hasNext(file);
      file.number++;
      boolean taken = take(file, any);
      if (any) {
        open.add(file);
      } else {
        file.in.close();
      }
      if (taken) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasNext(OpenFile file) throws IOException {
    try {
      return file.lines.next();
    } catch (IOException e) {
      throw new IOException(file.name + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * @return false if there is only a blank line or the end of the file
   */
  private boolean take(OpenFile file, boolean any) {
    Origin origin = Origin.ofFile(file.name, file.number);
    if (any && !file.lines.isTooLong()) {
      byte[] line = file.lines.line();
      if (ReadLines.isBlank(line)) {
        return false;
      }
      record = new RawRecord(line, RawRecord.Encoding.JSON, origin);
      refusal = null;
      Instant own = lineTime.time().apply(line);
      ownTime = own == null ? null : Long.valueOf(own.getMillis());
      place = own == null ? file.log.reached() : lineTime.place(file.log, own.getMillis());
      return true;
    }
    UnreadableRecord why =
        any
            ? ReadLines.tooLong()
            : file.lines.damage() == null ? null : ReadLines.damaged(file.lines.damage());
    if (why == null) {
      return false;
    }
    record = null;
    ownTime = null;
    place = file.log.reached();
    refusal = DeadLetters.of(ReadLines.STAGE, why, origin, timestamp(place));
    return true;
  }

  /** The current line; null if there is a {@link #refusal} instead. */
  RawRecord record() {
    return record;
  }

  /**
   * The dead letter of input that could not be read as a line; null if there is a {@link #record}.
   */
  DeadLetter refusal() {
    return refusal;
  }

  /** The current record's own time, in epoch milliseconds; null if it has none. */
  Long time() {
    return ownTime;
  }

  /**
   * The current record's place in event time, in epoch milliseconds; {@link Long#MIN_VALUE} if it
   * has none.
   */
  long place() {
    return place;
  }

  /** A lower bound for the place of every later line; {@link Long#MAX_VALUE} if there is none. */
  long reached() {
    return open.isEmpty() ? Long.MAX_VALUE : open.peek().log.reached();
  }

  static Instant timestamp(long place) {
    return place < BoundedWindow.TIMESTAMP_MIN_VALUE.getMillis()
        ? BoundedWindow.TIMESTAMP_MIN_VALUE
        : Instant.ofEpochMilli(place);
  }

  @Override
  public void close() throws IOException {
    for (OpenFile file : open) {
      file.in.close();
    }
    open.clear();
  }
}
