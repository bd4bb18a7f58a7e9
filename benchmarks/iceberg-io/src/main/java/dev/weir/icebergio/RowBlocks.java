package dev.weir.icebergio;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Instant;

/**
 * A live source of the numbers of blocks, each of which stands for {@link #ROWS} rows. It never
 * ends, as a topic does not; after the last block it is idle.
 */
final class RowBlocks extends UnboundedSource<Long, RowBlocks.Mark> {
  static final int ROWS = 1_000;

  private static final long serialVersionUID = 1;

  private final long blocks;
  private final long nanosForEach;

  /** A reader's position. */
  record Mark(long next) implements CheckpointMark, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public void finalizeCheckpoint() {}
  }

  /**
   * @param forEach the time between two blocks; zero for as fast as possible
   */
  RowBlocks(long blocks, Duration forEach) {
    this.blocks = blocks;
    this.nanosForEach = forEach.toNanos();
  }

  @Override
  public List<RowBlocks> split(int parts, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<Long> createReader(PipelineOptions options, Mark mark) {
    return new Reader(this, mark == null ? 0 : mark.next());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<Long> getOutputCoder() {
    return VarLongCoder.of();
  }

  private static final class Reader extends UnboundedReader<Long> {
    private final RowBlocks source;
    private final long first;
    private final long began = System.nanoTime();
    private long next;

    Reader(RowBlocks source, long next) {
      this.source = source;
      this.first = next;
      this.next = next;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      long due = began + (next - first) * source.nanosForEach;
      if (next >= source.blocks || System.nanoTime() < due) {
        return false;
      }
      next++;
      return true;
    }

    @Override
    public Long getCurrent() {
      return next - 1;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.EPOCH;
    }

    @Override
    public Instant getWatermark() {
      return Instant.EPOCH;
    }

    @Override
    public CheckpointMark getCheckpointMark() {
      return new Mark(next);
    }

    @Override
    public UnboundedSource<Long, ?> getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
