package dev.weir.httpservice;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a service has done since it started, as of one moment. Covers only the paths that answer
 * questions.
 *
 * @param requests the number of requests that arrived
 * @param questions the number of questions in readable requests, answered or not
 * @param inFlight the number of requests that are neither answered nor abandoned
 * @param maxInFlight the highest number of requests that were in flight at once
 * @param abandoned the number of requests whose client disconnected before the answer
 * @param answered how many requests were answered with each status
 * @param latencyP50 the median time to an answer of any status in the last 30 seconds; zero if
 *     there was none
 * @param latencyP99 the 99th percentile of the same times
 */
public record ServiceStats(
    long requests,
    long questions,
    long inFlight,
    long maxInFlight,
    long abandoned,
    SortedMap<Integer, Long> answered,
    Duration latencyP50,
    Duration latencyP99) {

  public ServiceStats {
    answered = Collections.unmodifiableSortedMap(new TreeMap<>(answered));
  }

  /** Returns how many requests were answered with this status. */
  public long answered(int status) {
    return answered.getOrDefault(status, 0L);
  }
}
