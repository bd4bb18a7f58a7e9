package dev.weir.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.ReadableState;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * State and timers as a runner would pass them to a DoFn, with contents that a test can inspect.
 */
public final class StateFakes {
  private StateFakes() {}

  /**
   * One value in memory.
   *
   * @param <T> the value
   */
  public static final class Value<T> implements ValueState<T> {
    private T value;

    @Override
    public void write(T input) {
      value = input;
    }

    @Override
    public T read() {
      return value;
    }

    @Override
    public ValueState<T> readLater() {
      return this;
    }

    @Override
    public void clear() {
      value = null;
    }
  }

  /**
   * A map in memory.
   *
   * @param <K> a key
   * @param <V> a value
   */
  public static final class Entries<K, V> implements MapState<K, V> {
    private final Map<K, V> map = new HashMap<>();
    private Consumer<V> written = value -> {};
    private int reads;

    /** Calls the listener with each value that is put. */
    public Entries<K, V> whenPut(Consumer<V> listener) {
      written = listener;
      return this;
    }

    /** Returns how often the value of a key was read. */
    public int reads() {
      return reads;
    }

    /** The current contents. */
    public Map<K, V> map() {
      return map;
    }

    @Override
    public void put(K key, V value) {
      written.accept(value);
      map.put(key, value);
    }

    @Override
    public ReadableState<V> computeIfAbsent(K key, Function<? super K, ? extends V> with) {
      V before = map.get(key);
      map.computeIfAbsent(key, with);
      return reading(() -> before);
    }

    @Override
    public void remove(K key) {
      map.remove(key);
    }

    @Override
    public ReadableState<V> get(K key) {
      return reading(
          () -> {
            reads++;
            return map.get(key);
          });
    }

    @Override
    public ReadableState<V> getOrDefault(K key, V otherwise) {
      return reading(() -> map.getOrDefault(key, otherwise));
    }

    @Override
    public ReadableState<Iterable<K>> keys() {
      return reading(() -> List.copyOf(map.keySet()));
    }

    @Override
    public ReadableState<Iterable<V>> values() {
      return reading(() -> List.copyOf(map.values()));
    }

    @Override
    public ReadableState<Iterable<Map.Entry<K, V>>> entries() {
      return reading(() -> List.copyOf(map.entrySet()));
    }

    @Override
    public ReadableState<Boolean> isEmpty() {
      return reading(map::isEmpty);
    }

    @Override
    public void clear() {
      map.clear();
    }

    private static <T> ReadableState<T> reading(Supplier<T> read) {
      return new ReadableState<>() {
        @Override
        public T read() {
          return read.get();
        }

        @Override
        public ReadableState<T> readLater() {
          return this;
        }
      };
    }
  }

  /** A timer that records how it was set and never fires on its own. */
  public static final class Alarm implements Timer {
    /** One setting of the timer. */
    public record Setting(Instant target, Duration offset, Instant outputTime) {}

    private final List<Setting> settings = new ArrayList<>();
    private boolean set;
    private Duration offset = Duration.ZERO;
    private Instant outputTime;
    private Instant now = BoundedWindow.TIMESTAMP_MIN_VALUE;

    /** Advances the time of the timer's domain. */
    public void passTo(Instant time) {
      now = time;
    }

    /** Returns whether the timer will fire. */
    public boolean isSet() {
      return set;
    }

    /** All settings so far. */
    public List<Setting> settings() {
      return settings;
    }

    /** The current setting. */
    public Setting setting() {
      return settings.get(settings.size() - 1);
    }

    /** Does what a runner does before it calls the timer's method. */
    public void fire() {
      set = false;
    }

    @Override
    public void set(Instant time) {
      keep(time);
    }

    @Override
    public void setRelative() {
      keep(null);
    }

    private void keep(Instant target) {
      settings.add(new Setting(target, offset, outputTime));
      set = true;
      offset = Duration.ZERO;
      outputTime = null;
    }

    @Override
    public void clear() {
      set = false;
    }

    @Override
    public Timer offset(Duration wait) {
      offset = wait;
      return this;
    }

    @Override
    public Timer align(Duration period) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Timer withOutputTimestamp(Instant time) {
      outputTime = time;
      return this;
    }

    @Override
    public Timer withNoOutputTimestamp() {
      outputTime = null;
      return this;
    }

    @Override
    public Instant getCurrentRelativeTime() {
      return now;
    }
  }
}
