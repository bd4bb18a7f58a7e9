package dev.weir.local;

import static dev.weir.local.Eventually.eventually;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the REST endpoint of a Flink cluster says about its jobs; some of it is seconds old. */
final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String address;

  FlinkRest(EmbeddedFlink flink) {
    this.address = "http://" + flink.master();
  }

  /** The id of the one job that is not over. */
  String job() {
    List<String> running = new ArrayList<>();
    for (JsonNode job : get("/jobs/overview").get("jobs")) {
      if (!List.of("CANCELED", "FAILED", "FINISHED").contains(job.get("state").textValue())) {
        running.add(job.get("jid").textValue());
      }
    }
    if (running.size() != 1) {
      throw new IllegalStateException("one job should be running, not " + running.size());
    }
    return running.get(0);
  }

  /** How often the job has started from a checkpoint. */
  long restores(String job) {
    return get("/jobs/" + job + "/checkpoints").get("counts").get("restored").longValue();
  }

  /**
   * Takes a savepoint; the job goes on.
   *
   * @return where it lies
   */
  String savepoint(String job, Path folder) {
    return savepoint(job, folder, "CANONICAL");
  }

  /**
   * Takes a savepoint; the job goes on.
   *
   * @param format {@code CANONICAL}, the same for all state backends, or {@code NATIVE}
   * @return where it lies
   */
  String savepoint(String job, Path folder, String format) {
    String path = "/jobs/" + job + "/savepoints";
    String body =
        "{\"target-directory\":\"%s\",\"formatType\":\"%s\"}".formatted(folder.toUri(), format);
    String trigger = path + "/" + post(path, body).get("request-id").textValue();
    eventually(() -> get(trigger).get("status").get("id").textValue(), is("COMPLETED"));
    return get(trigger).get("operation").get("location").textValue();
  }

  private JsonNode post(String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return JSON.readTree(
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private JsonNode get(String path) {
    try {
      return JSON.readTree(URI.create(address + path).toURL());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
