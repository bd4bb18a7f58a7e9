package dev.weir.it.secrets;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import dev.weir.embedded.EmbeddedDatabase;
import dev.weir.it.Program;
import dev.weir.it.lake.CatalogServer;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever reads a submitted job, its tables, outputs or logs learns no secret of it. */
@Timeout(900)
class NoSecretInTheJobIT {
  @TempDir private static Path folder;

  /** A function that holds a secret, as none should. */
  private static final class Careless extends DoFn<String, String> {
    private static final long serialVersionUID = 1;
    private final String token = Secret.BUREAU_TOKEN.value();

    @ProcessElement
    public void process(@Element String text, OutputReceiver<String> out) {
      out.output(text + token.length());
    }
  }

  @Test
  void aSecretInAFunctionIsFoundInAllThatIsSerialized() {
    FlinkPipelineOptions options =
        PipelineArguments.parse(
            FlinkPipelineOptions.class, List.of("--runner=FlinkRunner", "--streaming=true"));
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply("Create", Create.of("a")).apply("Careless", ParDo.of(new Careless()));

    Set<String> where = new TreeSet<>();
    JobDump.of(pipeline, options)
        .forEach(
            (kind, bytes) -> {
              if (SecretSearch.in(bytes, Secret.all()).contains("BUREAU_TOKEN")) {
                where.add(kind);
              }
            });

    assertThat(where, hasItems("job-graph", "proto", "function of Careless/ParMultiDo(Careless)"));
  }

  @Test
  void noJobHoldsASecret() throws IOException {
    Path left = Files.createDirectories(folder.resolve("left"));
    try (EmbeddedDatabase database = EmbeddedDatabase.start(folder.resolve("database"), 0);
        CatalogServer server = CatalogServer.start(catalogOfTheServer(database))) {
      Path jdbc =
          Files.write(
              folder.resolve("jdbc.properties"),
              List.of(
                  "type=jdbc",
                  "uri=" + database.jdbcUrl(),
                  "jdbc.user=" + database.user(),
                  "jdbc.password=env:LAKE_PASSWORD",
                  "hadoop.fs.s3a.secret.key=env:LAKE_STORAGE_KEY",
                  "warehouse=" + left.resolve("jdbc-warehouse")));
      Path rest =
          Files.write(
              folder.resolve("rest.properties"),
              List.of(
                  "type=rest",
                  "uri=" + server.address(),
                  "token=env:LAKE_TOKEN",
                  "hadoop.fs.s3a.secret.key=env:LAKE_STORAGE_KEY"));
      try (Program jobs =
          Program.start(
              "jobs-with-secrets",
              JobsWithSecrets.class,
              Secret.environment(),
              List.of(left.toString(), database.uri(), jdbc.toString(), rest.toString()))) {
        List<String> printed = jobs.lines();
        assertThat(
            printed.stream().filter(line -> line.contains(" ends with ")).distinct().toList(),
            containsInAnyOrder(
                "maintain-ledger ends with 1",
                "loan-decisions ends with 1",
                "card-transactions ends with 1"));
      }
    }

    // The names of variables are in the jobs, so that the values would be found there too.
    Map<String, String> searched = new TreeMap<>(Secret.all());
    Map<String, String> names =
        Map.of(
            "name of a catalog's", "env:LAKE_PASSWORD",
            "name of a REST catalog's", "env:LAKE_TOKEN",
            "name of Kafka's", "env:KAFKA_PASSWORD");
    searched.putAll(names);
    Map<String, Set<String>> found = search(left, searched);
    Map<String, Set<String>> named = new TreeMap<>();
    found.forEach(
        (file, places) -> {
          named.put(file, new TreeSet<>(places));
          places.removeAll(names.keySet());
        });
    found.putAll(search(Path.of("target/programs/jobs-with-secrets.out"), Secret.all()));
    found.putAll(search(Path.of("target/programs/jobs-with-secrets.err"), Secret.all()));
    found.values().removeIf(Set::isEmpty);
    assertThat(found, is(Map.of()));
    assertTheSearchLooksEverywhere(left, named);
  }

  private static void assertTheSearchLooksEverywhere(Path left, Map<String, Set<String>> named) {
    assertThat(
        named.entrySet().stream()
            .filter(file -> file.getKey().contains("job-graph"))
            .filter(file -> file.getValue().contains("name of Kafka's"))
            .count(),
        is(6L));
    Set<String> jobs =
        named.entrySet().stream()
            .filter(
                file ->
                    file.getValue().contains("name of a catalog's")
                        || file.getValue().contains("name of a REST catalog's"))
            .map(Map.Entry::getKey)
            .filter(file -> file.contains("job-graph") || file.contains("proto"))
            .map(file -> file.replaceFirst("-\\d+$", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(
        jobs,
        is(
            Set.of(
                "jdbc-bounded-loans/job-graph",
                "jdbc-bounded-loans/proto",
                "jdbc-cards/job-graph",
                "jdbc-cards/proto",
                "jdbc-live-loans/job-graph",
                "jdbc-live-loans/proto",
                "jdbc-money/job-graph",
                "jdbc-money/proto",
                "rest-bounded-loans/job-graph",
                "rest-bounded-loans/proto",
                "rest-cards/job-graph",
                "rest-cards/proto",
                "rest-live-loans/job-graph",
                "rest-live-loans/proto",
                "rest-money/job-graph",
                "rest-money/proto")));
    assertThat(files(left), hasItem(left.resolve("log")));
    assertThat(
        "files of dead letters",
        search(left.resolve("out"), Map.of("reason", "MALFORMED")).isEmpty(),
        is(false));
    assertThat(
        search(left.resolve("loans"), Map.of("counter", "dead_letters")).keySet(),
        hasItems("metrics"));
  }

  /** The catalog of a server that issues credentials with each table. */
  private static Map<String, String> catalogOfTheServer(EmbeddedDatabase database) {
    return Map.of(
        "uri",
        database.jdbcUrl(),
        "jdbc.user",
        database.user(),
        "catalog.name",
        "server",
        "warehouse",
        folder.resolve("left/rest-warehouse").toString(),
        "include-credentials",
        "true",
        "s3.access-key-id",
        Secret.VENDED_KEY_ID.value(),
        "s3.secret-access-key",
        Secret.VENDED_KEY.value(),
        "s3.session-token",
        Secret.VENDED_SESSION_TOKEN.value());
  }

  /** Returns the secrets of each file that has any. */
  private static Map<String, Set<String>> search(Path place, Map<String, String> secrets) {
    Map<String, Set<String>> found = new TreeMap<>();
    SecretSearch search = new SecretSearch(secrets);
    for (Path file : files(place)) {
      try {
        Set<String> in = search.in(Files.readAllBytes(file));
        if (!in.isEmpty()) {
          found.put(place.relativize(file).toString(), in);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return found;
  }

  private static List<Path> files(Path place) {
    try (Stream<Path> all = Files.walk(place)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
