package dev.weir.benchmarks.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.changelog.Position;
import dev.weir.kafka.once.PublishedForm;
import dev.weir.kafka.once.RecordTag;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * Times a recovery: from the first element that reaches the sink until everything that was read
 * back is emitted, and every writer group is ready. One task does it, group by group.
 */
final class RecoveryTally {
  private static final AtomicLong FIRST = new AtomicLong();
  private static final Set<Integer> GROUPS = new HashSet<>();
  private static final AtomicLong EXPECTED = new AtomicLong(Long.MAX_VALUE);
  private static final AtomicLong EMITTED = new AtomicLong();
  private static long recovered;
  private static long last;
  private static long readyAt;
  private static long fetching;
  private static long decoding;

  private RecoveryTally() {}

  /**
   * Returns once as many records were emitted.
   *
   * @param records how many are expected, and in a recovery read back
   */
  static void await(long records) throws InterruptedException {
    EXPECTED.set(records);
    while (EMITTED.get() < records) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /**
   * Returns the figures as one line of JSON.
   *
   * @throws IllegalStateException if records were not read back, or others were published
   */
  static String report() throws JsonProcessingException {
    if (recovered != EXPECTED.get() || EMITTED.get() != EXPECTED.get()) {
      throw new IllegalStateException(
          EXPECTED + " records expected, " + recovered + " read back, " + EMITTED + " emitted");
    }
    double all = (readyAt - FIRST.get()) / 1e9;
    return new ObjectMapper()
        .writeValueAsString(
            Map.of(
                "seconds",
                all,
                "fetch_seconds",
                fetching / 1e9,
                "decode_seconds",
                decoding / 1e9,
                "rest_seconds",
                all - (fetching + decoding) / 1e9,
                "groups",
                GROUPS.size()));
  }

  /** Times the reading of records. */
  record Form<T>(PublishedForm<T> form) implements PublishedForm<T> {
    private static final long serialVersionUID = 1;

    @Override
    public String key(T element) {
      FIRST.compareAndSet(0, System.nanoTime());
      return form.key(element);
    }

    @Override
    public byte[] value(T element) {
      return form.value(element);
    }

    @Override
    public String identity(T element) {
      return form.identity(element);
    }

    @Override
    public Position revision(T element) {
      return form.revision(element);
    }

    @Override
    public T at(T element, Position revision) {
      return form.at(element, revision);
    }

    @Override
    public byte[] content(T element) {
      return form.content(element);
    }

    @Override
    public byte[] more(T element) {
      return form.more(element);
    }

    @Override
    public T read(String key, byte[] value, byte[] more, RecordTag tag) {
      long began = System.nanoTime();
      if (GROUPS.add(tag.group())) {
        // A group takes over its transactional id and reads all its records before it decodes them.
        fetching += began - (last == 0 ? FIRST.get() : last);
      }
      T element = form.read(key, value, more, tag);
      last = System.nanoTime();
      decoding += last - began;
      recovered++;
      return element;
    }
  }

  /** Counts what is emitted. */
  static final class Count<T> extends DoFn<T, Void> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process() {
      readyAt = EMITTED.get() < EXPECTED.get() ? System.nanoTime() : readyAt;
      EMITTED.incrementAndGet();
    }
  }
}
