package dev.weir.kafka.once;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.DelegateCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Emits the number of each writer group when a job starts without state. A restored job does not
 * repeat them, whatever its parallelism: Flink finds the state of a source by its name, but not
 * that of Beam's {@code Impulse}.
 */
final class StartSource extends UnboundedSource<Integer, StartSource.Mark> {
  private static final long serialVersionUID = 1L;

  private final int groups;
  private final int split;
  private final int splits;

  StartSource(int groups) {
    this(groups, 0, 1);
  }

  private StartSource(int groups, int split, int splits) {
    this.groups = groups;
    this.split = split;
    this.splits = splits;
  }

  /**
   * @param next the first group of the split that is not emitted
   */
  record Mark(int next) implements CheckpointMark {
    private static final Coder<Mark> CODER =
        DelegateCoder.of(VarIntCoder.of(), Mark::next, Mark::new);

    @Override
    public void finalizeCheckpoint() {
      // Nothing is acknowledged.
    }
  }

  /**
   * As many as desired, also empty ones: an instance without a split ends, and a checkpoint fails.
   */
  @Override
  public List<StartSource> split(int desired, PipelineOptions options) {
    return IntStream.range(0, desired)
        .mapToObj(number -> new StartSource(groups, number, desired))
        .toList();
  }

  @Override
  public UnboundedReader<Integer> createReader(PipelineOptions options, Mark saved) {
    return new Reader(this, saved == null ? split : saved.next());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return Mark.CODER;
  }

  @Override
  public Coder<Integer> getOutputCoder() {
    return VarIntCoder.of();
  }

  private static final class Reader extends UnboundedReader<Integer> {
    private final StartSource source;
    private int next;
    private Integer current;

    Reader(StartSource source, int next) {
      this.source = source;
      this.next = next;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (next >= source.groups) {
        current = null;
        return false;
      }
      current = next;
      next += source.splits;
      return true;
    }

    @Override
    public Integer getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return BoundedWindow.TIMESTAMP_MIN_VALUE;
    }

    /** Not the maximum: a source that reaches it has ended. */
    @Override
    public Instant getWatermark() {
      return next < source.groups
          ? BoundedWindow.TIMESTAMP_MIN_VALUE
          : BoundedWindow.TIMESTAMP_MAX_VALUE.minus(Duration.millis(1));
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark(next);
    }

    @Override
    public UnboundedSource<Integer, ?> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {
      // Holds no resources.
    }
  }
}
