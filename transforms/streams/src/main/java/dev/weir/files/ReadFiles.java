package dev.weir.files;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.progress.ReadMeter;
import dev.weir.record.LogTime;
import dev.weir.record.RawRecord;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Reads the records of files: JSON Lines, compressed or not, or Avro container files. Bounded. A
 * pattern that matches nothing, or a file that cannot be opened, fails the pipeline before anything
 * is read; damage within a file becomes dead letters.
 */
public final class ReadFiles
    extends PTransform<PBegin, Result<PCollection<RawRecord>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  private final FilePattern pattern;
  private final String containerSchema;
  private final LineTime lineTime;
  private final ReadMeter meter;

  private ReadFiles(
      FilePattern pattern, String containerSchema, LineTime lineTime, ReadMeter meter) {
    this.pattern = pattern;
    this.containerSchema = containerSchema;
    this.lineTime = lineTime;
    this.meter = meter;
  }

  /**
   * @param pattern a path, folder or glob; see {@link FilePattern}
   */
  public static ReadFiles ofLines(String pattern) {
    return new ReadFiles(
        FilePattern.ofLines(Objects.requireNonNull(pattern)), null, null, ReadMeter.unwatched());
  }

  /**
   * @param pattern a path, folder or glob; see {@link FilePattern}
   * @param schema the schema to read the records as
   */
  public static ReadFiles ofContainers(String pattern, Schema schema) {
    return new ReadFiles(
        FilePattern.ofContainers(Objects.requireNonNull(pattern)),
        schema.toString(),
        null,
        ReadMeter.unwatched());
  }

  /**
   * Takes the event time from the lines. A line that is more than the disorder behind the latest
   * one before it in its file gets the timestamp that the file had reached, as a record of a topic
   * does; see {@code ReadTopic.withTimeAndPlaceIn} of the Kafka library.
   *
   * <p>A line with a time more than ten minutes after {@code readAt} is placed next to the newest
   * line before it: a file cannot contain future events.
   *
   * @param time extracts the time from a line; returns null if the line has none
   * @param disorder how far a line may be behind the latest one before it in its file
   * @param readAt when the files are read; one time for all of them
   */
  public ReadFiles withTimeIn(
      SerializableFunction<byte[], Instant> time, Duration disorder, Instant readAt) {
    if (containerSchema != null) {
      throw new IllegalArgumentException(
          "the time is read from lines, but these files are Avro containers");
    }
    return new ReadFiles(
        pattern,
        containerSchema,
        new LineTime(time, disorder.getMillis(), readAt.getMillis()),
        meter);
  }

  /** Reports to a meter what is read. */
  public ReadFiles withMeter(ReadMeter reports) {
    return new ReadFiles(pattern, containerSchema, lineTime, Objects.requireNonNull(reports));
  }

  /**
   * How to read a line's time, how far lines may be behind in milliseconds, and when they are read
   * in epoch milliseconds.
   */
  record LineTime(SerializableFunction<byte[], Instant> time, long disorder, long readAt)
      implements Serializable {

    /** The event time of a line in its file. */
    long place(LogTime log, long own) {
      return isAhead(own) ? log.placeOfAhead(own) : log.place(own);
    }

    /** Returns whether a time is too far in the future to be true. */
    boolean isAhead(long own) {
      return own > readAt + LogTime.JUMP;
    }
  }

  @Override
  public Result<PCollection<RawRecord>, DeadLetter> expand(PBegin begin) {
    DoFn<String, RawRecord> reader =
        containerSchema == null
            ? new ReadLines(lineTime, meter)
            : new ReadContainers(new Schema.Parser().parse(containerSchema), meter);
    PCollection<String> files =
        begin
            .apply("FilePattern", Create.of("").withCoder(StringUtf8Coder.of()))
            .apply("FindFiles", ParDo.of(new Find(pattern)))
            .apply("Spread", Reshuffle.viaRandomKey());
    return DeadLetters.divide("ReadRecords", files, reader, RawRecord.CODER);
  }

  /** Finds all files before the first one is read. */
  private static final class Find extends DoFn<String, String> {
    private static final long serialVersionUID = 1L;

    private final FilePattern pattern;

    Find(FilePattern pattern) {
      this.pattern = pattern;
    }

    @ProcessElement
    public void process(OutputReceiver<String> out) throws IOException {
      pattern.files().forEach(out::output);
    }
  }
}
