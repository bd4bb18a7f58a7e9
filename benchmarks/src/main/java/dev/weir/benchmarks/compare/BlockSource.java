package dev.weir.benchmarks.compare;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * An unbounded source with an end. Emits the numbers of blocks, each of which stands for many rows,
 * because Beam's Flink source is slower than either sink.
 */
public final class BlockSource extends UnboundedSource<Long, BlockSource.Mark> {
  private static final long serialVersionUID = 1;

  private final long from;
  private final long step;
  private final long end;
  private final long firstMillis;
  private final long blockMillis;

  /** A reader's position. */
  public record Mark(long next) implements CheckpointMark, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public void finalizeCheckpoint() {}
  }

  public BlockSource(long end) {
    this(0, 1, end, Instant.EPOCH.getMillis(), 0);
  }

  private BlockSource(long from, long step, long end, long firstMillis, long blockMillis) {
    this.from = from;
    this.step = step;
    this.end = end;
    this.firstMillis = firstMillis;
    this.blockMillis = blockMillis;
  }

  /** Advances event time with each block; without this, it does not advance until the end. */
  public BlockSource beginningAt(long millis, long millisForEach) {
    return new BlockSource(from, step, end, millis, millisForEach);
  }

  @Override
  public List<BlockSource> split(int parts, PipelineOptions options) {
    return IntStream.range(0, parts)
        .mapToObj(n -> new BlockSource(n, parts, end, firstMillis, blockMillis))
        .toList();
  }

  @Override
  public UnboundedReader<Long> createReader(PipelineOptions options, Mark mark) {
    return new Reader(this, mark == null ? from : mark.next());
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
    private final BlockSource source;
    private long next;
    private long current;

    Reader(BlockSource source, long next) {
      this.source = source;
      this.next = next;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      if (next >= source.end) {
        return false;
      }
      current = next;
      next += source.step;
      return true;
    }

    @Override
    public Long getCurrent() {
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochMilli(source.firstMillis + current * source.blockMillis);
    }

    @Override
    public Instant getWatermark() {
      return next >= source.end ? BoundedWindow.TIMESTAMP_MAX_VALUE : getCurrentTimestamp();
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
