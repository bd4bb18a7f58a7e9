package dev.weir.iceberg.commit;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.iceberg.table.LedgerException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table's record of a bounded run, in a property of its own that changes in the same commit as
 * the rows.
 *
 * @param run the run that made the last commit
 * @param commits the total number of commits of the run
 * @param digests one for each commit made so far: the sum of its rows' fingerprints
 * @param finished the time of the last commit in epoch milliseconds, by the worker's clock
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunRecord(
    @JsonProperty("run") String run,
    @JsonProperty("commits") int commits,
    @JsonProperty("digests") List<Long> digests,
    @JsonProperty("finished") long finished) {
  public static final String PREFIX = "weir.run.";
  private static final ObjectMapper JSON = new ObjectMapper();

  public static String property(String sinkId) {
    return PREFIX + sinkId;
  }

  public static RunRecord parse(String json) {
    try {
      return json == null ? null : JSON.readValue(json, RunRecord.class);
    } catch (JsonProcessingException e) {
      throw new LedgerException("the table's record of a run cannot be read: " + json, e);
    }
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  public RunRecord with(String newRun, long digest, long now) {
    List<Long> more = new ArrayList<>(digests);
    more.add(digest);
    return new RunRecord(newRun, commits, more, now);
  }
}
