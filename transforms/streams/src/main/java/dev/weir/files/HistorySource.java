package dev.weir.files;

import dev.weir.deadletter.DeadLetter;
import dev.weir.deadletter.DeadLetters;
import dev.weir.record.RawRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Instant;

/**
 * Reads {@link HistoryFiles} as an unbounded source. A restart reads from the beginning again and
 * skips the lines that were already emitted.
 */
final class HistorySource extends UnboundedSource<HistorySource.Read, HistorySource.Mark> {
  private static final long serialVersionUID = 1L;

  private final String pattern;
  private final ReadFiles.LineTime lineTime;
  private final long until;
  private final boolean empty;

  HistorySource(String pattern, ReadFiles.LineTime lineTime, long until) {
    this(pattern, lineTime, until, false);
  }

  private HistorySource(String pattern, ReadFiles.LineTime lineTime, long until, boolean empty) {
    this.pattern = pattern;
    this.lineTime = lineTime;
    this.until = until;
    this.empty = empty;
  }

  /**
   * The result of reading one line.
   *
   * @param line null if there is a refusal
   * @param refusal the dead letter of a line that is too long, or of the rest of a damaged file;
   *     null if there is a line
   */
  record Read(RawRecord line, DeadLetter refusal) {}

  private static final class ReadCoder extends CustomCoder<Read> {
    private static final long serialVersionUID = 1L;
    private static final Coder<RawRecord> LINE = NullableCoder.of(RawRecord.CODER);
    private static final Coder<DeadLetter> REFUSAL = NullableCoder.of(DeadLetters.coder());

    @Override
    public void encode(Read read, OutputStream out) throws IOException {
      LINE.encode(read.line(), out);
      REFUSAL.encode(read.refusal(), out);
    }

    @Override
    public Read decode(InputStream in) throws IOException {
      return new Read(LINE.decode(in), REFUSAL.decode(in));
    }
  }

  /** The number of lines that were read. */
  record Mark(long lines) implements CheckpointMark {
    @Override
    public void finalizeCheckpoint() {}
  }

  private static final class MarkCoder extends CustomCoder<Mark> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(Mark mark, OutputStream out) throws IOException {
      VarLongCoder.of().encode(mark.lines(), out);
    }

    @Override
    public Mark decode(InputStream in) throws IOException {
      return new Mark(VarLongCoder.of().decode(in));
    }
  }

  /**
   * Returns one source that reads everything and an empty one for each other instance of the step.
   * An instance without a source would finish, and a live job cannot start from a savepoint in
   * which a part of the job has finished.
   */
  @Override
  public List<HistorySource> split(int desiredNumSplits, PipelineOptions options) {
    List<HistorySource> splits = new ArrayList<>();
    splits.add(this);
    while (splits.size() < desiredNumSplits) {
      splits.add(new HistorySource(pattern, lineTime, until, true));
    }
    return splits;
  }

  @Override
  public UnboundedReader<Read> createReader(PipelineOptions options, Mark mark) {
    return new Reader(this, mark == null ? 0 : mark.lines());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return new MarkCoder();
  }

  @Override
  public Coder<Read> getOutputCoder() {
    return new ReadCoder();
  }

  private static final class Reader extends UnboundedReader<Read> {
    private final HistorySource source;
    private final long skipped;
    private HistoryFiles files;
    private long lines;

    Reader(HistorySource source, long skipped) {
      this.source = source;
      this.skipped = skipped;
    }

    @Override
    public boolean start() throws IOException {
      if (source.empty) {
        return false;
      }
      files = HistoryFiles.open(source.pattern, source.lineTime);
      while (lines < skipped && files.next()) {
        lines++;
      }
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      boolean any = !source.empty && files.next();
      if (any) {
        lines++;
      }
      return any;
    }

    @Override
    public Read getCurrent() {
      if (lines == 0) {
        throw new NoSuchElementException();
      }
      return new Read(files.record(), files.refusal());
    }

    @Override
    public Instant getCurrentTimestamp() {
      return HistoryFiles.timestamp(files.place());
    }

    @Override
    public Instant getWatermark() {
      // Lines later than the end of the history wait for the job that continues from there.
      long reached =
          source.empty ? Long.MAX_VALUE : files == null ? Long.MIN_VALUE : files.reached();
      return HistoryFiles.timestamp(Math.min(reached, source.until));
    }

    @Override
    public Mark getCheckpointMark() {
      return new Mark(lines);
    }

    @Override
    public HistorySource getCurrentSource() {
      return source;
    }

    @Override
    public void close() throws IOException {
      if (files != null) {
        files.close();
      }
    }
  }
}
