package dev.weir.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and controls the jobs of a Flink cluster through its REST endpoint. Some results are
 * several seconds old.
 */
public final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> ENDS = List.of("CANCELED", "FAILED", "FINISHED");

  private static final Logger LOG = LoggerFactory.getLogger(FlinkRest.class);
  private static final String CAUSED_BY = "Caused by: ";
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final HttpClient http = HttpClient.newHttpClient();
  private final String address;

  /**
   * @param master {@code host:port} of the endpoint
   */
  public FlinkRest(String master) {
    this.address = "http://" + master;
  }

  public FlinkRest(EmbeddedFlink flink) {
    this(flink.master());
  }

  /** The id of the only job that has not ended. */
  public String job() {
    return theOne(running(null));
  }

  /** The id of the only job of this name that has not ended. */
  public String job(String name) {
    return theOne(running(name));
  }

  private static String theOne(List<String> running) {
    if (running.size() != 1) {
      throw new IllegalStateException("one job should be running, not " + running.size());
    }
    return running.get(0);
  }

  private List<String> running(String name) {
    return jobs(name).stream()
        .filter(job -> !ENDS.contains(job.path("state").asText()))
        .map(FlinkRest::id)
        .toList();
  }

  /**
   * @param name null for jobs of any name
   */
  private List<JsonNode> jobs(String name) {
    List<JsonNode> jobs = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").path("jobs")) {
      if (name == null || name.equals(job.path("name").asText())) {
        jobs.add(job);
      }
    }
    return jobs;
  }

  private static String id(JsonNode job) {
    return job.path("jid").asText();
  }

  /**
   * Returns why a job of this name has failed, in one line; empty if none has, or if the cluster
   * does not report it.
   */
  public Optional<String> failure(String name) {
    try {
      return jobs(name).stream()
          .filter(job -> job.path("state").asText().equals("FAILED"))
          .findFirst()
          .flatMap(job -> rootCause(id(job)));
    } catch (UncheckedIOException | IllegalStateException e) {
      LOG.warn("the cluster does not report why the job failed", e);
      return Optional.empty();
    }
  }

  private Optional<String> rootCause(String job) {
    JsonNode exceptions = get("/jobs/" + job + "/exceptions");
    String trace =
        exceptions
            .at("/exceptionHistory/entries/0/stacktrace")
            .asText(exceptions.path("root-exception").asText());
    return trace
        .lines()
        .filter(line -> line.startsWith(CAUSED_BY))
        .reduce((first, last) -> last)
        .map(line -> line.substring(CAUSED_BY.length()))
        .or(() -> trace.lines().findFirst());
  }

  /**
   * Returns whether a job of this name has taken a savepoint, such as the one that it stops with.
   */
  boolean hasSavepoint(String name) {
    return jobs(name).stream()
        .map(job -> get("/jobs/" + id(job) + "/checkpoints"))
        .anyMatch(checkpoints -> checkpoints.path("latest").hasNonNull("savepoint"));
  }

  /**
   * Returns how many tasks of a job of this name have finished, such as {@code 12 of 126 tasks
   * finished}; empty if no such job runs, or the cluster does not answer.
   */
  Optional<String> tasks(String name) {
    try {
      return jobs(name).stream()
          .filter(job -> !ENDS.contains(job.path("state").asText()))
          .map(job -> job.path("tasks"))
          .map(
              job ->
                  RunCounts.number(job.path("finished").asLong())
                      + " of "
                      + RunCounts.counted(job.path("total").asLong(), "task")
                      + " finished")
          .findFirst();
    } catch (UncheckedIOException | IllegalStateException e) {
      LOG.debug("the cluster does not report its tasks", e);
      return Optional.empty();
    }
  }

  /** Returns a line for each job, with its state and the number of tasks in each state. */
  public String states() {
    StringBuilder lines = new StringBuilder();
    for (JsonNode job : jobs(null)) {
      lines.append("job ").append(id(job)).append(" is ").append(job.path("state").asText());
      job.path("tasks")
          .properties()
          .forEach(
              tasks -> {
                if (tasks.getValue().intValue() > 0 && !tasks.getKey().equals("total")) {
                  lines.append(", ").append(tasks.getKey()).append(' ').append(tasks.getValue());
                }
              });
      lines.append('\n');
    }
    return lines.toString();
  }

  /** Returns the number of registered task managers; a dead one counts until it is missed. */
  public int taskManagers() {
    return get("/overview").path("taskmanagers").intValue();
  }

  /** Returns how often the job has started from a checkpoint. */
  public long restores(String job) {
    return get("/jobs/" + job + "/checkpoints").path("counts").path("restored").longValue();
  }

  /**
   * The watermark of a step, in epoch milliseconds; empty while it is unknown.
   *
   * @param step a part of the step's name
   */
  public OptionalLong watermark(String job, String step) {
    for (JsonNode vertex : get("/jobs/" + job).path("vertices")) {
      if (vertex.path("name").asText().contains(step)) {
        JsonNode all =
            get("/jobs/" + job + "/vertices/" + vertex.path("id").asText() + "/watermarks");
        if (all.size() < vertex.path("parallelism").intValue()) {
          return OptionalLong.empty();
        }
        long least = Long.MAX_VALUE;
        for (JsonNode instance : all) {
          least = Math.min(least, Long.parseLong(instance.path("value").asText()));
        }
        return OptionalLong.of(least);
      }
    }
    throw new IllegalStateException("the job has no step " + step);
  }

  /**
   * Takes a savepoint that every state backend can restore; the job continues.
   *
   * @param folder the URI of the folder
   * @return the URI of the savepoint
   */
  public String savepoint(String job, URI folder) {
    return savepoint(job, folder, "CANONICAL");
  }

  /**
   * Takes a savepoint; the job continues.
   *
   * @param folder the URI of the folder
   * @param format {@code CANONICAL}, the same for all state backends, or {@code NATIVE}
   * @return the URI of the savepoint
   */
  public String savepoint(String job, URI folder, String format) {
    return await(
        job,
        "/savepoints",
        "{\"target-directory\":\"" + folder + "\",\"formatType\":\"" + format + "\"}");
  }

  /**
   * Takes a savepoint and ends the job.
   *
   * @param folder the URI of the folder
   * @return its URI
   */
  public String stopWithSavepoint(String job, URI folder) {
    return stop(job, folder, false);
  }

  /**
   * Has the job emit all results as at the end of its input, takes a savepoint and ends the job.
   *
   * @param folder the URI of the folder
   * @return its URI
   */
  public String drainWithSavepoint(String job, URI folder) {
    return stop(job, folder, true);
  }

  private String stop(String job, URI folder, boolean drain) {
    return await(job, "/stop", "{\"targetDirectory\":\"" + folder + "\",\"drain\":" + drain + "}");
  }

  private String await(String job, String path, String body) {
    String request =
        send(HttpRequest.newBuilder(URI.create(address + "/jobs/" + job + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build())
            .path("request-id")
            .asText();
    while (true) {
      JsonNode savepoint = get("/jobs/" + job + "/savepoints/" + request);
      if (savepoint.path("status").path("id").asText().equals("COMPLETED")) {
        JsonNode operation = savepoint.path("operation");
        if (operation.has("failure-cause")) {
          String cause = operation.path("failure-cause").path("stack-trace").asText();
          throw new IllegalStateException(
              "the savepoint failed: " + cause.lines().findFirst().orElse("unknown cause"));
        }
        return operation.path("location").asText();
      }
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("interrupted while waiting for a savepoint");
      }
    }
  }

  private JsonNode get(String path) {
    return send(HttpRequest.newBuilder(URI.create(address + path)).build());
  }

  private JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      if (response.statusCode() >= 300) {
        throw new IllegalStateException(
            "the cluster at " + address + " answered with status " + response.statusCode());
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException("the cluster at " + address + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
