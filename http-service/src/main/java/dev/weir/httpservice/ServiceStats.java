package dev.weir.httpservice;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a service did since it started, at one moment. Covers only the paths that answer questions.
 *
 * @param requests the requests that arrived
 * @param questions the questions in readable requests, whatever their fate
 * @param inFlight the requests that are neither answered nor abandoned
 * @param maxInFlight the most requests that were ever in flight at once
 * @param abandoned the requests whose client disconnected before the answer
 * @param answered how many requests were answered with each status
 * @param latencyP50 the median time to an answer of any status in the last half minute; zero if
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

  /** How many requests were answered with this status. */
  public long answered(int status) {
    return answered.getOrDefault(status, 0L);
  }
}
