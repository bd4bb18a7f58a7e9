package dev.weir.iceberg.commit;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.iceberg.table.LedgerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A table's record of a live sink, in a property of its own that changes in the same commit as the
 * rows.
 *
 * @param job the id of the job that owns the sink; it is part of the job's state, so a restored job
 *     has the same id
 * @param through the highest number that is committed; 0 if there is none
 * @param attempts the attempts of that job that have committed, oldest first
 * @param superseded jobs that wrote under this sink id before and must not write any more, oldest
 *     first
 * @param cut attempts of that job that must not write any more, because another attempt has
 *     replaced numbers of theirs, oldest first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SinkRecord(
    @JsonProperty("job") String job,
    @JsonProperty("through") long through,
    @JsonProperty("attempts") List<Attempt> attempts,
    @JsonProperty("superseded") List<String> superseded,
    @JsonProperty("cut") List<String> cut) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "weir.sink.";
  private static final int MOST_REMEMBERED = 100;

  static final SinkRecord NONE = new SinkRecord(null, 0, List.of(), List.of());

  /** Records that were written by earlier versions name no cut attempts. */
  public SinkRecord {
    cut = cut == null ? List.of() : cut;
  }

  public SinkRecord(String job, long through, List<Attempt> attempts, List<String> superseded) {
    this(job, through, attempts, superseded, List.of());
  }

  /**
   * One start or restart of a job.
   *
   * @param from the first number it assigned; lower numbers belong to earlier attempts
   * @param started when it started, in epoch milliseconds of the worker's clock
   */
  public record Attempt(
      @JsonProperty("id") String id,
      @JsonProperty("from") long from,
      @JsonProperty("started") long started) {}

  public static String property(String sinkId) {
    return PREFIX + sinkId;
  }

  /** All sinks that a table has a record of, by sink id. */
  public static Map<String, SinkRecord> all(Map<String, String> properties) {
    Map<String, SinkRecord> all = new java.util.TreeMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            all.put(name.substring(PREFIX.length()), parse(value));
          }
        });
    return all;
  }

  public static SinkRecord parse(String json) {
    try {
      return json == null ? NONE : JSON.readValue(json, SinkRecord.class);
    } catch (JsonProcessingException e) {
      throw new LedgerException("the table's record of a sink cannot be read: " + json, e);
    }
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The attempt that assigned a committed number; null if the table has no record of it any more.
   */
  Attempt attemptOf(long number) {
    Attempt found = null;
    for (Attempt attempt : attempts) {
      if (attempt.from() <= number) {
        found = attempt;
      }
    }
    return found;
  }

  /** The first number that an attempt assigned; 0 if none of its files are committed. */
  long firstOf(String attempt) {
    return attempts.stream()
        .filter(known -> known.id().equals(attempt))
        .mapToLong(Attempt::from)
        .findFirst()
        .orElse(0);
  }

  /** Returns whether all that the sink has committed up to a number is of one start of one job. */
  boolean isOfOneAttemptUpTo(long number) {
    return superseded.isEmpty()
        && attempts.stream().filter(attempt -> attempt.from() <= number).count() == 1;
  }

  /**
   * The record without this number and all later ones, which another attempt writes again; it notes
   * who wrote them.
   *
   * @param attempt the id of the attempt that writes the number again
   */
  SinkRecord cutBefore(long number, String attempt) {
    List<String> nowCut = new ArrayList<>(cut);
    for (int n = 0; n < attempts.size(); n++) {
      boolean isLast = n == attempts.size() - 1;
      String id = attempts.get(n).id();
      if ((isLast || attempts.get(n + 1).from() > number)
          && !id.equals(attempt)
          && !nowCut.contains(id)) {
        nowCut.add(id);
      }
    }
    return new SinkRecord(
        job,
        number - 1,
        attempts.stream().filter(a -> a.from() < number).toList(),
        superseded,
        youngest(nowCut));
  }

  /** The record after another job has taken over the sink. */
  SinkRecord takenOverBy(String newJob) {
    List<String> before = new ArrayList<>(superseded);
    if (job != null) {
      before.add(job);
    }
    return new SinkRecord(newJob, 0, List.of(), youngest(before));
  }

  /** The record after these files, which must be next in order, are committed. */
  SinkRecord with(NumberedFiles files) {
    List<Attempt> known = new ArrayList<>(attempts);
    boolean same = !known.isEmpty() && known.get(known.size() - 1).id().equals(files.getAttempt());
    if (!same) {
      known.add(new Attempt(files.getAttempt(), files.getNumber(), files.getAttemptStarted()));
    }
    return new SinkRecord(job, files.getNumber(), youngest(known), superseded, cut);
  }

  private static <T> List<T> youngest(List<T> list) {
    return list.size() <= MOST_REMEMBERED
        ? list
        : list.subList(list.size() - MOST_REMEMBERED, list.size());
  }
}
