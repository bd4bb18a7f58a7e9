package dev.weir.ordering;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.ValueState;

/**
 * Keeps waiting entries in keyed state, in lists by time: entries that arrive together are written
 * together, and read together when their time has come. A list covers one second if its time is
 * near, and more the further away it is: beyond two days, between a quarter and a half of the
 * distance. When the first part of a wide list is due, the rest moves to narrower lists. An entry
 * is therefore written a few times at most, however long it waits, and there are a few hundred
 * spans, whatever the number of entries and their times.
 *
 * @param <E> an event
 */
final class TimeBuckets<E> implements Waiting<E> {
  static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  /**
   * Maximum number of one-day spans before any time is reached; entries for further days go into
   * the widest spans.
   */
  private static final int MOST_DAYS = 400;

  private static final long WIDEST = DAY << 15;

  /**
   * Maximum number of entries per list. A list is encoded and decoded as a whole, so a longer one
   * would need more memory than its entries do.
   */
  private static final int LONGEST_CHUNK = 1_000;

  private final ValueState<OrderFront> state;
  private final MapState<String, List<Entry<E>>> chunks;
  private final OrderFront front;
  private final Map<Span, Bucket> buckets = new HashMap<>();
  private boolean changed;

  private record Span(long start, long width) {}

  /**
   * @param shards the number of shards
   * @throws IllegalStateException if the state comes from a job with another number of shards
   */
  TimeBuckets(ValueState<OrderFront> state, MapState<String, List<Entry<E>>> chunks, int shards) {
    this.state = state;
    this.chunks = chunks;
    OrderFront read = state.read();
    this.front = new OrderFront();
    front.setShards(shards);
    if (read == null) {
      front.setReached(Long.MIN_VALUE);
    } else {
      if (read.getShards() != shards) {
        throw new IllegalStateException(
            "the state was written with "
                + read.getShards()
                + " shards; start this job with --shards="
                + read.getShards());
      }
      front.setReached(read.getReached());
      front.setArmedAt(read.getArmedAt());
      front.setArmedHold(read.getArmedHold());
      for (Bucket bucket : read.getBuckets()) {
        buckets.put(new Span(bucket.getStart(), bucket.getWidth()), bucket);
      }
    }
  }

  @Override
  public long reached() {
    return front.getReached();
  }

  @Override
  public void reached(long time) {
    front.setReached(time);
    changed = true;
  }

  @Override
  public void add(List<Entry<E>> entries) {
    Map<Span, List<Entry<E>>> bySpan = new HashMap<>();
    for (Entry<E> entry : entries) {
      Span span = span(entry.time(), width(entry.time()));
      boolean many = buckets.size() + bySpan.size() >= MOST_DAYS;
      if (many && reached() == Long.MIN_VALUE && !buckets.containsKey(span)) {
        span = span(entry.time(), WIDEST);
      }
      bySpan.computeIfAbsent(span, s -> new ArrayList<>()).add(entry);
    }
    bySpan.forEach(this::add);
    changed = true;
  }

  private void add(Span span, List<Entry<E>> entries) {
    Bucket before = buckets.get(span);
    int chunk = before == null ? 0 : before.getChunks();
    long hold = before == null ? Long.MAX_VALUE : before.getHold();
    for (Entry<E> entry : entries) {
      hold = Math.min(hold, entry.hold());
    }
    for (int from = 0; from < entries.size(); from += LONGEST_CHUNK) {
      int to = Math.min(entries.size(), from + LONGEST_CHUNK);
      chunks.put(key(span, chunk++), List.copyOf(entries.subList(from, to)));
    }
    buckets.put(span, new Bucket(span.start(), span.width(), chunk, hold));
  }

  @Override
  public List<Entry<E>> take(long before) {
    List<Entry<E>> taken = new ArrayList<>();
    buckets
        .entrySet()
        .removeIf(
            bucket -> {
              if (bucket.getKey().start() >= before) {
                return false;
              }
              take(bucket.getKey(), bucket.getValue().getChunks(), taken);
              return true;
            });
    changed = true;
    return taken;
  }

  private void take(Span span, int count, List<Entry<E>> into) {
    for (int chunk = 0; chunk < count; chunk++) {
      String key = key(span, chunk);
      into.addAll(chunks.get(key).read());
      chunks.remove(key);
    }
  }

  /** Human-readable, for inspecting a savepoint. */
  private static String key(Span span, int chunk) {
    return span.start() + "+" + span.width() + "/" + chunk;
  }

  private static Span span(long time, long width) {
    return new Span(Math.floorDiv(time, width) * width, width);
  }

  private long width(long time) {
    // There is no distance before any time is reached.
    long distance = reached() == Long.MIN_VALUE ? 2 * DAY : time - reached();
    return distance < 2 * MINUTE
        ? SECOND
        : distance < 2 * HOUR
            ? MINUTE
            : distance < 2 * DAY ? HOUR : DAY * Long.highestOneBit(distance / (2 * DAY));
  }

  /**
   * Returns when the first entry can have its turn or a wide list must be split; null if nothing
   * waits.
   */
  Long wakeAt() {
    return buckets.isEmpty()
        ? null
        : Long.valueOf(buckets.keySet().stream().mapToLong(Span::start).min().getAsLong() + SECOND);
  }

  /** The earliest timestamp that an output of a waiting entry can have. */
  long hold() {
    return buckets.values().stream().mapToLong(Bucket::getHold).min().orElse(Long.MAX_VALUE);
  }

  /** Returns when the current timer fires; null if none is set. */
  Long armedAt() {
    return front.getArmedAt();
  }

  /** The hold of the current timer; null if none is set. */
  Long armedHold() {
    return front.getArmedHold();
  }

  void armed(Long at, Long hold) {
    front.setArmedAt(at);
    front.setArmedHold(hold);
    changed = true;
  }

  /** Writes the changes to the state. Must be called before this object is discarded. */
  void save() {
    if (changed) {
      front.setBuckets(List.copyOf(buckets.values()));
      state.write(front);
      changed = false;
    }
  }
}
