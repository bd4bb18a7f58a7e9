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
 * What a table remembers of a live sink, in a property of its own that changes in the same commit
 * as the rows.
 *
 * @param job the line of states whose numbers count
 * @param through the highest number that is committed; 0 for none
 * @param attempts the starts of that job which have committed, oldest first
 * @param superseded jobs that wrote under this sink id before and must not any more, oldest first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SinkRecord(
    @JsonProperty("job") String job,
    @JsonProperty("through") long through,
    @JsonProperty("attempts") List<Attempt> attempts,
    @JsonProperty("superseded") List<String> superseded) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "weir.sink.";
  private static final int MOST_REMEMBERED = 100;

  static final SinkRecord NONE = new SinkRecord(null, 0, List.of(), List.of());

  /**
   * One start or restart of a job.
   *
   * @param from the first number it gave; those before it are of earlier attempts
   * @param started epoch milliseconds of the worker's clock
   */
  public record Attempt(
      @JsonProperty("id") String id,
      @JsonProperty("from") long from,
      @JsonProperty("started") long started) {}

  public static String property(String sinkId) {
    return PREFIX + sinkId;
  }

  /** The sinks that a table remembers. */
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
      throw new LedgerException("what the table remembers of a sink cannot be read: " + json, e);
    }
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The attempt that gave a committed number; null where that is forgotten. */
  Attempt attemptOf(long number) {
    Attempt found = null;
    for (Attempt attempt : attempts) {
      if (attempt.from() <= number) {
        found = attempt;
      }
    }
    return found;
  }

  /** The record as if nothing from this number on had been committed. */
  SinkRecord cutBefore(long number) {
    return new SinkRecord(
        job, number - 1, attempts.stream().filter(a -> a.from() < number).toList(), superseded);
  }

  /** The record of a job that takes over. */
  SinkRecord takenOverBy(String newJob) {
    List<String> before = new ArrayList<>(superseded);
    if (job != null) {
      before.add(job);
    }
    return new SinkRecord(newJob, 0, List.of(), youngest(before));
  }

  /** The record with these files committed; they are the next ones in order. */
  SinkRecord with(NumberedFiles files) {
    List<Attempt> known = new ArrayList<>(attempts);
    boolean same = !known.isEmpty() && known.get(known.size() - 1).id().equals(files.getAttempt());
    if (!same) {
      known.add(new Attempt(files.getAttempt(), files.getNumber(), files.getAttemptStarted()));
    }
    return new SinkRecord(job, files.getNumber(), youngest(known), superseded);
  }

  private static <T> List<T> youngest(List<T> list) {
    return list.size() <= MOST_REMEMBERED
        ? list
        : list.subList(list.size() - MOST_REMEMBERED, list.size());
  }
}
