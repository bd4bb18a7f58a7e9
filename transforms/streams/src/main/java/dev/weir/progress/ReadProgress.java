package dev.weir.progress;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Adds up what the steps of a run have read, while it is open. Only reads in this process are
 * counted. A part that is read again, such as after a failure, counts once; a question that is
 * asked again counts again.
 */
public final class ReadProgress implements AutoCloseable {
  private static final Map<Long, ReadProgress> OPEN = new ConcurrentHashMap<>();

  private final long run;
  private final Map<Part, PartCount> parts = new ConcurrentHashMap<>();
  private final Set<String> inputs = ConcurrentHashMap.newKeySet();
  private final Set<String> sized = ConcurrentHashMap.newKeySet();
  private final LongAdder questions = new LongAdder();
  private volatile boolean begun;

  private record Part(String input, String file, long start) {}

  private ReadProgress(long run) {
    this.run = run;
  }

  /**
   * Starts counting.
   *
   * @param run the id that the meters of the run have
   * @throws IllegalStateException if the run is open already
   */
  public static ReadProgress open(long run) {
    ReadProgress progress = new ReadProgress(run);
    if (OPEN.putIfAbsent(run, progress) != null) {
      throw new IllegalStateException("the progress of run " + run + " is open already");
    }
    return progress;
  }

  /** Returns null if the run is not open in this process. */
  static ReadProgress of(long run) {
    return OPEN.get(run);
  }

  void expect(String input, Collection<FilePart> expected) {
    inputs.add(input);
    for (FilePart part : expected) {
      count(input, part.file(), part.start()).expect(part.length());
    }
    sized.add(input);
  }

  PartCount begin(String input, String file, long start) {
    inputs.add(input);
    begun = true;
    return count(input, file, start);
  }

  private PartCount count(String input, String file, long start) {
    return parts.computeIfAbsent(new Part(input, file, start), part -> new PartCount());
  }

  void questionDone() {
    questions.increment();
  }

  /** The number of questions to services that were answered or given up so far. */
  public long questions() {
    return questions.sum();
  }

  /** What was read so far. */
  public ReadTotals totals() {
    long bytes = 0;
    long bytesRead = 0;
    long records = 0;
    Map<Part, Boolean> files = new HashMap<>();
    for (Map.Entry<Part, PartCount> entry : parts.entrySet()) {
      Part part = entry.getKey();
      PartCount count = entry.getValue();
      // In this order: the length never falls behind the bytes.
      bytesRead += count.bytes();
      bytes += count.length();
      records += count.records();
      files.merge(new Part(part.input(), part.file(), 0), count.isRead(), Boolean::logicalAnd);
    }
    long filesRead = files.values().stream().filter(read -> read).count();
    boolean isSized = !inputs.isEmpty() && sized.containsAll(inputs);
    return new ReadTotals(files.size(), filesRead, bytes, bytesRead, records, isSized, begun);
  }

  @Override
  public void close() {
    OPEN.remove(run);
  }
}
