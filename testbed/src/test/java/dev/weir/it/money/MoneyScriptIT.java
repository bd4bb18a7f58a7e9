package dev.weir.it.money;

import static dev.weir.it.FuzzedLines.counted;
import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.embedded.EmbeddedKafka;
import dev.weir.generate.MoneyStream;
import dev.weir.it.FuzzedLines;
import dev.weir.it.loans.LoanFiles;
import dev.weir.local.EmbeddedFlink;
import dev.weir.local.FlinkRest;
import dev.weir.local.PipelineArguments;
import dev.weir.moneyenrichment.MoneyEnrichment;
import dev.weir.moneyenrichment.MoneyEnrichmentOptions;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Events as the producers of flink-money-enrichment write them. The files of {@code money-script}
 * have the times and the steps of its demonstration (docs/demo_draft.txt there, MIT), with ids and
 * values of their own; its session service knows every session, from UY. docs/money-enrichment.md
 * states where the results differ from those of that system, and why.
 */
@Timeout(900)
class MoneyScriptIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static EmbeddedFlink flink;
  private static FlinkRest rest;
  private static OneCountryService service;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    flink = EmbeddedFlink.start(folder, 2, 0);
    rest = new FlinkRest(flink);
    service = new OneCountryService("UY");
  }

  @AfterAll
  static void stop() {
    flink.close();
    service.close();
    kafka.close();
  }

  @BeforeEach
  void nobodyHasAsked() {
    service.asked();
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void theScriptInFilesHasItsResults(String runner) {
    Path here = folder.resolve("script-" + runner);

    PipelineResult result = run("money-script", here, runner);

    assertThat(enriched(here), equalTo(sorted(lines("money-script", "enriched"))));
    assertThat(
        counts(result),
        equalTo(
            Map.of(
                "records_read", 23L,
                "dead_letters", 0L,
                "duplicates", 2L,
                "events_late", 1L,
                "sessions_from_stream", 6L,
                "sessions_asked", 4L,
                "sessions_found", 4L)));
    assertThat(service.asked(), contains(session(59), session(71), session(72), session(73)));
  }

  @Test
  void theScriptOnTopicsThatAreFilledBeforeTheJobStartsHasTheSameResults() {
    try (MoneyRun run = new MoneyRun(kafka, flink, service.uri(), "script")) {
      send(run);
      run.closeLogs(Instant.parse("2020-12-18T00:00:00Z"));

      run.start();

      eventually(run::lines, equalTo(sorted(lines("money-script", "enriched"))));
      assertThat(service.asked(), contains(session(59), session(71), session(72), session(73)));
    }
  }

  @Test
  void theScriptTypedIntoTheEmptyTopicsOfALiveJobIsLateAndTheServiceIsAsked() {
    try (MoneyRun run = new MoneyRun(kafka, flink, service.uri(), "typed").start()) {
      long lastYear = Instant.now().minus(Duration.ofDays(365)).toEpochMilli();
      eventually(
          () -> rest.watermark(rest.job(), "ProcessArrived").orElse(Long.MIN_VALUE),
          greaterThan(lastYear));

      send(run);

      List<String> expected =
          sorted(
              lines("money-script", "enriched").stream()
                  .map(line -> line.replaceFirst("(\"clientCountryCode\":\")..", "$1UY"))
                  .map(MoneyScriptIT::withoutUser)
                  .toList());
      eventually(
          () -> sorted(run.lines().stream().map(MoneyScriptIT::withoutUser).toList()),
          equalTo(expected));
    }
  }

  /** If all events are late, what is known about a user depends on which topic is read first. */
  private static String withoutUser(String enriched) {
    return enriched.replaceFirst("\"userInfo\":(null|\\{[^}]*}),", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DirectRunner", "FlinkRunner"})
  void everyFormOfAnEventIsTheSameEvent(String runner) {
    Path here = folder.resolve("forms-" + runner);

    PipelineResult result = run("money-forms", here, runner);

    assertThat(enriched(here), equalTo(sorted(lines("money-forms", "enriched"))));
    assertThat(
        counts(result),
        equalTo(
            Map.of(
                "records_read", 13L,
                "dead_letters", 3L,
                "duplicates", 1L,
                "events_late", 0L,
                "sessions_from_stream", 5L,
                "sessions_asked", 1L,
                "sessions_found", 1L)));
    assertThat(service.asked(), contains("c0ffee03-ab1e-4dad-8bee-facefeed0003"));
    assertThat(
        sorted(
            FuzzedLines.json(here.resolve("dead-letters")).stream()
                .map(letter -> letter.get("line") + " " + letter.get("reason").textValue())
                .toList()),
        contains("10 WRONG_TYPE", "8 WRONG_TYPE", "9 WRONG_TYPE"));
  }

  private static void send(MoneyRun run) {
    for (MoneyStream stream : MoneyStream.values()) {
      for (String line : lines("money-script", stream.name().toLowerCase(Locale.ROOT))) {
        run.send(stream, userId(line), line.getBytes(UTF_8));
      }
    }
    run.send(List.of());
  }

  private static PipelineResult run(String events, Path here, String runner) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--runner=" + runner,
                "--shards=4",
                // Longer than a busy machine takes.
                "--sessionTimeout=2m",
                "--wallet=file:" + file(events, "wallet"),
                "--users=file:" + file(events, "users"),
                "--sessions=file:" + file(events, "sessions"),
                "--enriched=file:" + here.resolve("enriched"),
                "--deadLetters=file:" + here.resolve("dead-letters"),
                "--sessionService=" + service.uri()));
    if (runner.equals("FlinkRunner")) {
      arguments.addAll(
          List.of("--flinkMaster=" + flink.master(), "--filesToStage=" + flink.filesToStage()));
    }
    PipelineResult result =
        MoneyEnrichment.run(PipelineArguments.parse(MoneyEnrichmentOptions.class, arguments));
    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));
    return result;
  }

  private static Map<String, Long> counts(PipelineResult result) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String name :
        Set.of(
            "records_read",
            "dead_letters",
            "duplicates",
            "events_late",
            "sessions_from_stream",
            "sessions_asked",
            "sessions_found")) {
      counts.put(name, counted(result, name));
    }
    return counts;
  }

  private static List<String> enriched(Path here) {
    return sorted(LoanFiles.lines(here.resolve("enriched")));
  }

  private static String session(int hexadecimal) {
    return "5b1d7f30-6e2a-4c48-9f07-0000000000" + hexadecimal;
  }

  private static String userId(String event) {
    try {
      return JSON.readTree(event).get("userId").textValue();
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<String> lines(String events, String name) {
    try {
      return Files.readAllLines(file(events, name), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path file(String events, String name) {
    URL found = MoneyScriptIT.class.getResource(events + "/" + name + ".jsonl");
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }
}
