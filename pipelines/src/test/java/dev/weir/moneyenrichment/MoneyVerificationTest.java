package dev.weir.moneyenrichment;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import dev.weir.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The outputs of money enrichment compared with its inputs, in files. */
class MoneyVerificationTest {
  private static final String UPPER_CASE = "0B0E7F6A-0000-4000-8000-00000000000A";

  @TempDir private Path folder;

  private final List<String> enriched =
      new ArrayList<>(
          List.of(
              enriched("u1", "p1"),
              enriched("u1", UPPER_CASE.toLowerCase(java.util.Locale.ROOT)),
              enriched("u2", "p1")));
  private final List<String> letters = new ArrayList<>();

  @Test
  void eachReadableMovementIsThereOnceAndEachOtherLineHasOneOutcome() throws IOException {
    letters.add(letter("wallet.jsonl", 6));
    letters.add(letter("users.jsonl", 2));

    VerifyReport report = verify();

    assertThat(report.differences(), is(empty()));
    assertThat(
        report.ports().stream().map(line -> line.replaceAll("=file:.*?: ", ": ")).toList(),
        contains(
            "--enriched: 3 records",
            "--deadLetters: 2 records",
            "--wallet: 6 records read, 3 with a movement, 1 duplicates, 1 dead letters, 1 ignored",
            "--users: 3 records read, 1 dead letters, 1 changes of users, 1 ignored",
            "--sessions: 1 records read, 0 dead letters, 1 sessions"));
  }

  @Test
  void whatIsMissingOrInventedIsFound() throws IOException {
    enriched.set(2, enriched("u2", "p2"));
    letters.add(letter("wallet.jsonl", 6));
    letters.add(letter("users.jsonl", 1));

    assertThat(
        verify().differences().stream().map(line -> line.replace(folder + "/", "")).toList(),
        containsInAnyOrder(
            "--wallet: record 'u2/p1' has no result: file wallet.jsonl, line 5",
            "--enriched: userId/id 'u2/p2' has no record in --wallet: file enriched/part.jsonl, line"
                + " 3",
            "--users: record '%s/2' is unreadable (MISSING_FIELD), but no dead letter: file users.jsonl, line 2"
                .formatted(folder.resolve("users.jsonl").toString().replace("/", "%2F")),
            "--deadLetters: topic/partition/offset/file/line '%s/1' has no record in the inputs: file deadLetters/part.jsonl, line 2"
                .formatted(folder.resolve("users.jsonl").toString().replace("/", "%2F"))));
  }

  private VerifyReport verify() throws IOException {
    write("enriched/part.jsonl", enriched);
    write("deadLetters/part.jsonl", letters);
    write(
        "wallet.jsonl",
        List.of(
            movement("u1", "p1"),
            movement("u1", UPPER_CASE),
            movement("u1", UPPER_CASE.toLowerCase(java.util.Locale.ROOT)),
            "{\"type\":\"KindOfWalletEvent\"}",
            movement("u2", "p1"),
            "{\"type\":\"PaymentEvent\"}"));
    write(
        "users.jsonl",
        List.of(
            "{\"type\":\"ChangeAddressEvent\",\"id\":\"a1\",\"userId\":\"u1\",\"processedAt\":\"2026-01-05T11:51:00Z\",\"residentCountryCode\":\"UY\"}",
            "{\"id\":\"a2\"}",
            "{\"type\":\"OtherEvent\"}"));
    write(
        "sessions.jsonl",
        List.of(
            "{\"type\":\"UserSessionCreatedEvent\",\"id\":\"s1\",\"userId\":\"u1\",\"processedAt\":\"2026-01-05T11:59:00Z\",\"clientCountryCode\":\"UY\"}"));
    MoneyEnrichmentOptions options =
        PipelineOptionsFactory.fromArgs(
                "--enriched=file:" + folder.resolve("enriched"),
                "--deadLetters=file:" + folder.resolve("deadLetters"),
                "--wallet=file:" + folder.resolve("wallet.jsonl"),
                "--users=file:" + folder.resolve("users.jsonl"),
                "--sessions=file:" + folder.resolve("sessions.jsonl"))
            .as(MoneyEnrichmentOptions.class);
    return MoneyVerification.of(options, false).run();
  }

  private void write(String name, List<String> lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, String.join("\n", lines));
  }

  private static String movement(String user, String id) {
    return "{\"type\":\"PaymentEvent\",\"id\":\"%s\",\"userId\":\"%s\",\"processedAt\":\"2026-01-05T12:00:00Z\",\"amount\":1.50,\"currency\":\"UYU\",\"openingBalance\":2,\"closingBalance\":0.50,\"moneyType\":\"CASH\",\"isOldMoneyEvent\":false}"
        .formatted(id, user);
  }

  private static String enriched(String user, String id) {
    return "{\"money\":{\"id\":\"%s\",\"userId\":\"%s\"},\"firstOccurrence\":true}"
        .formatted(id, user);
  }

  private String letter(String file, long line) {
    return "{\"stage\":\"parse\",\"reason\":\"MISSING_FIELD\",\"detail\":\"type is missing\",\"topic\":null,\"partition\":null,\"offset\":null,\"file\":\"%s\",\"line\":%d,\"event_time\":null}"
        .formatted(folder.resolve(file), line);
  }
}
