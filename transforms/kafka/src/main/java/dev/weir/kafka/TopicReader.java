package dev.weir.kafka;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaCheckpointMark;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.common.KafkaFuture;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a split of a topic with Beam's reader. It describes the topic every few seconds: if
 * partitions were added, Beam's reader is replaced by one that reads them, too; if another topic
 * has the same name, or none has, reading fails.
 */
final class TopicReader implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
  private static final Counter SKIPPED = Metrics.counter("weir", "offsets_skipped");
  private static final Counter ADDED = Metrics.counter("weir", "partitions_added");

  private final TopicSource source;
  private final PipelineOptions options;
  private final long lookEvery;

  /** The position until Beam's reader has one. */
  private TopicPosition saved;

  private TopicAdmin admin;
  private UnboundedReader<KafkaRecord<byte[], byte[]>> reader;
  private PolledSizes sizes;
  private KafkaFuture<TopicState> look;
  private long lookedAt;

  /**
   * @param saved the position in the checkpoint; empty if the split has not started
   * @param lookEvery how often the topic is described
   */
  TopicReader(
      TopicSource source, PipelineOptions options, TopicPosition saved, Duration lookEvery) {
    this.source = source;
    this.options = options;
    this.saved = saved;
    this.lookEvery = lookEvery.toNanos();
  }

  /** Returns whether there is a first record. */
  boolean start() throws IOException {
    admin = source.admin();
    lookedAt = System.nanoTime();
    return open(admin.describe());
  }

  /**
   * Looks for new partitions from time to time, and reads the next record as {@link #next} does.
   */
  boolean advance() throws IOException {
    if (look == null && System.nanoTime() - lookedAt >= lookEvery) {
      look = admin.request();
    }
    if (look != null && look.isDone()) {
      KafkaFuture<TopicState> done = look;
      look = null;
      lookedAt = System.nanoTime();
      if (done.isCompletedExceptionally()) {
        failed(done);
      } else if (isChanged(admin.get(done))) {
        return reopen(admin.get(done));
      }
    }
    return next();
  }

  /** Waits some milliseconds for the next record of the known partitions; false if none came. */
  boolean next() throws IOException {
    return counted(reader.advance());
  }

  /** A broker that does not answer stops Beam's reader, if it stays away. */
  private void failed(KafkaFuture<TopicState> look) {
    try {
      admin.get(look);
    } catch (MissingTopic e) {
      throw e;
    } catch (IllegalStateException e) {
      LOG.warn("{}; new partitions are looked for again in a few seconds", e.getMessage());
    }
  }

  /**
   * A topic never loses partitions: fewer are those of a broker that has not heard of new ones yet,
   * unless it has no ids, which show whether the topic is another one.
   */
  private boolean isChanged(TopicState now) {
    int more = source.share(now).size() - saved.partitions().size();
    return now.replaces(saved.topicId()) || more > 0 || (more < 0 && now.id().isEmpty());
  }

  private boolean reopen(TopicState now) throws IOException {
    // Brings the watermarks of the position up to date.
    getWatermark();
    TopicPosition reached = getCheckpointMark();
    if (now.replaces(reached.topicId())) {
      throw LostPosition.recreated(source.place(), reached, now);
    }
    saved = reached;
    reader.close();
    reader = null;
    return open(now);
  }

  private boolean open(TopicState now) throws IOException {
    boolean gapsAllowed = options.as(GapOptions.class).getAllowGaps();
    SplitStart start = source.start(saved, now, admin, gapsAllowed);
    if (!start.gaps().isEmpty()) {
      LOG.warn(
          "the job continues in {} behind records that are lost: {}", source.place(), start.gaps());
      SKIPPED.inc(start.skipped());
    }
    if (!start.added().isEmpty()) {
      LOG.info(
          "the partitions {} were added to {}; they are read from their beginning",
          start.added(),
          source.place());
      ADDED.inc(start.added().size());
    }
    sizes = new PolledSizes();
    reader = source.reader(options, start.position(), sizes);
    saved = start.position();
    return counted(reader.start());
  }

  private boolean counted(boolean isRead) {
    if (isRead) {
      sizes.read();
    }
    return isRead;
  }

  /** Returns whether {@link #next} returns true without waiting. */
  boolean hasNext() {
    return sizes.hasNext();
  }

  Instant getWatermark() {
    return reader == null ? BoundedWindow.TIMESTAMP_MIN_VALUE : reader.getWatermark();
  }

  TopicPosition getCheckpointMark() {
    return reader == null
        ? saved
        : TopicPosition.of(saved.topicId(), (KafkaCheckpointMark) reader.getCheckpointMark());
  }

  long getSplitBacklogBytes() {
    return reader == null ? UnboundedReader.BACKLOG_UNKNOWN : reader.getSplitBacklogBytes();
  }

  KafkaRecord<byte[], byte[]> getCurrent() {
    return opened().getCurrent();
  }

  Instant getCurrentTimestamp() {
    return opened().getCurrentTimestamp();
  }

  private UnboundedReader<KafkaRecord<byte[], byte[]>> opened() {
    if (reader == null) {
      throw new NoSuchElementException();
    }
    return reader;
  }

  @Override
  public void close() throws IOException {
    try {
      if (reader != null) {
        reader.close();
      }
    } finally {
      if (admin != null) {
        admin.close();
      }
    }
  }
}
