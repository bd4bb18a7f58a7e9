package dev.weir.deadletter;

import dev.weir.record.RawRecord;
import dev.weir.record.UnreadableRecord;
import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithFailures.Result;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Instant;

/**
 * Parses raw records. A record that its parser reports as unreadable becomes exactly one dead
 * letter; any other exception fails the bundle.
 *
 * @param <T> what the records are parsed into
 */
public final class ParseRecords<T>
    extends PTransform<PCollection<RawRecord>, Result<PCollection<T>, DeadLetter>> {
  private static final long serialVersionUID = 1L;

  /**
   * Reads one record.
   *
   * @param <T> what the record is parsed into
   */
  @FunctionalInterface
  public interface Parser<T> {
    /** Parses a record. Null drops it without a dead letter. */
    T parse(RawRecord record) throws UnreadableRecord;

    /**
     * Returns an element to emit in place of an unreadable record, in addition to its dead letter,
     * for later steps that must know about it. Null emits nothing.
     */
    default T standIn(RawRecord record, UnreadableRecord why) {
      return null;
    }
  }

  /**
   * Creates the parser on the worker, so that a parser need not be serializable.
   *
   * @param <T> what the parser parses into
   */
  @FunctionalInterface
  public interface ParserFactory<T> extends Serializable {
    Parser<T> create();
  }

  /** The stage name of a transform that still needs its parser. */
  public record Stage(String name) {
    public <T> ParseRecords<T> with(ParserFactory<T> parser, Coder<T> coder) {
      return new ParseRecords<>(name, parser, coder);
    }
  }

  private final String stage;
  private final ParserFactory<T> parser;
  private final Coder<T> coder;

  private ParseRecords(String stage, ParserFactory<T> parser, Coder<T> coder) {
    this.stage = Objects.requireNonNull(stage);
    this.parser = Objects.requireNonNull(parser);
    this.coder = Objects.requireNonNull(coder);
  }

  /**
   * @param stage the stage that the dead letters name
   */
  public static Stage at(String stage) {
    return new Stage(stage);
  }

  @Override
  public Result<PCollection<T>, DeadLetter> expand(PCollection<RawRecord> records) {
    return DeadLetters.divide("ParseOrRefuse", records, new Parse<>(stage, parser), coder);
  }

  private static final class Parse<T> extends DoFn<RawRecord, T> {
    private static final long serialVersionUID = 1L;
    private static final Counter READ = Metrics.counter("weir", "records_read");

    private final String stage;
    private final ParserFactory<T> factory;
    private transient Parser<T> parser;

    /** Of this bundle: a counter looks itself up for each increment. */
    private transient long read;

    Parse(String stage, ParserFactory<T> factory) {
      this.stage = stage;
      this.factory = factory;
    }

    @Setup
    public void setup() {
      parser = factory.create();
    }

    @StartBundle
    public void startBundle() {
      read = 0;
    }

    @FinishBundle
    public void finishBundle() {
      READ.inc(read);
    }

    @ProcessElement
    public void process(
        @Element RawRecord record,
        @Timestamp Instant timestamp,
        OutputReceiver<T> out,
        MultiOutputReceiver more) {
      read++;
      T parsed;
      try {
        parsed = parser.parse(record);
      } catch (UnreadableRecord e) {
        DeadLetters.reject(DeadLetters.of(stage, e, record.origin(), timestamp), more);
        parsed = parser.standIn(record, e);
      }
      if (parsed != null) {
        out.output(parsed);
      }
    }
  }
}
