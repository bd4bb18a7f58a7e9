package dev.weir.it.cards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.cardtransactions.CardTransactions;
import dev.weir.cardtransactions.CardTransactionsOptions;
import dev.weir.it.loans.LoanFiles;
import dev.weir.local.PipelineArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.PipelineResult;

/** A run of card-transactions from files to files, and its output folder. */
public final class CardFolder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TRANSACTION = List.of("txn_id");
  private static final List<String> WINDOW =
      List.of("account_number", "currency", "window_type", "window_start");

  private final Path in;
  private final Path out;

  /**
   * @param folder whose files named {@code customers*.jsonl} and {@code transactions*.jsonl} are
   *     read
   */
  public CardFolder(Path folder) {
    this(folder, "out");
  }

  private CardFolder(Path in, String out) {
    this.in = in;
    this.out = in.resolve(out);
  }

  /** Returns the same changes, with another output folder. */
  public CardFolder into(String name) {
    return new CardFolder(in, name);
  }

  CardFolder write(String file, List<String> lines) {
    try {
      Files.createDirectories(in);
      Files.write(in.resolve(file), lines, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Runs the pipeline to its end. */
  public CardFolder run(URI scoring, String... more) {
    List<String> arguments = new ArrayList<>(Arrays.asList(more));
    arguments.addAll(
        List.of(
            "--shards=8",
            "--customers=file:" + in + "/customers*.jsonl",
            "--transactions=file:" + in + "/transactions*.jsonl",
            "--enriched=file:" + out.resolve("enriched"),
            "--pending=file:" + out.resolve("pending"),
            "--metrics=file:" + out.resolve("metrics"),
            "--customerChanges=file:" + out.resolve("customer-changes"),
            "--deadLetters=file:" + out.resolve("dead-letters"),
            "--scoring=" + scoring));
    PipelineResult result =
        CardTransactions.run(PipelineArguments.parse(CardTransactionsOptions.class, arguments));
    assertThat(result.waitUntilFinish(), is(PipelineResult.State.DONE));
    return this;
  }

  public SortedMap<String, String> enriched() {
    return byKey("enriched", TRANSACTION);
  }

  public SortedMap<String, String> pending() {
    return byKey("pending", TRANSACTION);
  }

  public SortedMap<String, String> spend() {
    return byKey("metrics", WINDOW);
  }

  public List<String> removals() {
    return LoanFiles.lines(out.resolve("customer-changes")).stream().sorted().toList();
  }

  /** Returns the dead letters, each as its stage, reason, detail, file and line. */
  public List<String> deadLetters() {
    List<String> letters = new ArrayList<>();
    for (String line : LoanFiles.lines(out.resolve("dead-letters"))) {
      JsonNode letter = parse(line);
      String file = letter.get("file").textValue();
      letters.add(
          String.join(
              " | ",
              file.substring(file.lastIndexOf('/') + 1) + ":" + letter.get("line").longValue(),
              letter.get("stage").textValue(),
              letter.get("reason").textValue(),
              letter.get("detail").textValue()));
    }
    letters.sort(null);
    return letters;
  }

  /** Returns the rows of a changelog without deleted ones. */
  public static SortedMap<String, String> there(SortedMap<String, String> changelog) {
    SortedMap<String, String> rows = new TreeMap<>(changelog);
    rows.values().removeIf(row -> row.endsWith(",\"deleted\":true}"));
    return rows;
  }

  /** Returns the lines of a changelog by key, without their revision; each key has one line. */
  private SortedMap<String, String> byKey(String folder, List<String> key) {
    SortedMap<String, String> rows = new TreeMap<>();
    for (String line : LoanFiles.lines(out.resolve(folder))) {
      JsonNode row = parse(line);
      String id =
          key.stream().map(column -> row.get(column).textValue()).collect(Collectors.joining("/"));
      String content = line.replaceFirst(",\"revision\":\\d+", "");
      assertThat("written twice: " + id, rows.put(id, content), is(nullValue()));
    }
    return rows;
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
