package dev.weir.intake;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.zip.ZipException;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of several files as one stream: always one of the file whose time is furthest behind,
 * so that files of different days come one after the other and files of one day side by side. Two
 * readers of the same files see the same stream.
 */
final class HistoryFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryFiles.class);

  private final ReadFiles.LineTime lineTime;
  private final PriorityQueue<OpenFile> open =
      new PriorityQueue<>(
          Comparator.comparingLong((OpenFile file) -> file.log.reached())
              .thenComparing(file -> file.name));
  private RawRecord record;
  private Long ownTime;
  private long place;

  /** A file that is not read to its end. */
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
   * @param pattern a path or glob
   * @throws IOException where there is no such file, or it cannot be opened
   */
  static HistoryFiles open(String pattern, ReadFiles.LineTime lineTime) throws IOException {
    HistoryFiles files = new HistoryFiles(lineTime);
    for (Metadata file : FileSystems.match(pattern, EmptyMatchTreatment.DISALLOW).metadata()) {
      String name = file.resourceId().toString();
      InputStream in =
          Channels.newInputStream(
              Compression.detect(name).readDecompressed(FileSystems.open(file.resourceId())));
      files.open.add(new OpenFile(name, in, new LogTime(lineTime.disorder())));
    }
    return files;
  }

  /**
   * Moves to the next line that is not blank.
   *
   * @return false where all is read
   */
  boolean next() throws IOException {
    while (!open.isEmpty()) {
      OpenFile file = open.poll();
      boolean any = hasNext(file);
      file.number++;
      if (any) {
        boolean blank = !file.lines.isTooLong() && ReadLines.isBlank(file.lines.line());
        if (!blank) {
          take(file);
        }
        open.add(file);
        if (!blank) {
          return true;
        }
      } else {
        file.in.close();
      }
    }
    return false;
  }

  private static boolean hasNext(OpenFile file) throws IOException {
    try {
      return file.lines.next();
    } catch (ZipException | EOFException e) {
      LOG.warn("{} is damaged after line {}: what follows is left out", file.name, file.number);
      return false;
    } catch (IOException e) {
      throw new IOException(file.name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void take(OpenFile file) {
    // What is too long is no record, and its parser says so.
    byte[] line = file.lines.isTooLong() ? new byte[0] : file.lines.line();
    Instant own = lineTime.time().apply(line);
    ownTime = own == null ? null : Long.valueOf(own.getMillis());
    place = own == null ? file.log.reached() : lineTime.place(file.log, own.getMillis());
    record = new RawRecord(line, RawRecord.Encoding.JSON, Origin.ofFile(file.name, file.number));
  }

  RawRecord record() {
    return record;
  }

  /** The current record's own time, in epoch milliseconds; null where it has none. */
  Long time() {
    return ownTime;
  }

  /** The current record's place in event time; {@link Long#MIN_VALUE} where it has none. */
  long place() {
    return place;
  }

  /** No line to come has a place before it; the greatest of all numbers where none will come. */
  long reached() {
    return open.isEmpty() ? Long.MAX_VALUE : open.peek().log.reached();
  }

  @Override
  public void close() throws IOException {
    for (OpenFile file : open) {
      file.in.close();
    }
    open.clear();
  }
}
