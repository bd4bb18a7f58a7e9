package dev.weir.it.cards;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The first transactions of a real bank, as the database of a card issuer would have committed
 * them: some wait before they settle, some are corrected or deleted, some of them too late. The
 * number of a transaction determines which and when.
 */
final class BankHistory {
  private static final int TRANSACTIONS = Integer.getInteger("weir.bank.transactions", 2_500);

  private final List<CardEvent> customers = new ArrayList<>();
  private final List<CardEvent> transactions = new ArrayList<>();

  private BankHistory() {}

  /**
   * @param folder the folder of the bank's tables, semicolon-separated
   */
  static BankHistory in(Path folder) {
    BankHistory history = new BankHistory();
    Set<String> accounts = new TreeSet<>();
    for (String[] row : rows(folder.resolve("trans.csv"), TRANSACTIONS)) {
      accounts.add(row[1]);
      history.addTransaction(row);
    }
    Map<String, String> owners = new HashMap<>();
    for (String[] row : rows(folder.resolve("disp.csv"), Integer.MAX_VALUE)) {
      if (row[3].equals("OWNER")) {
        owners.put(row[2], row[1]);
      }
    }
    Map<String, String[]> clients = new HashMap<>();
    for (String[] row : rows(folder.resolve("client.csv"), Integer.MAX_VALUE)) {
      clients.put(row[0], row);
    }
    for (String[] row : rows(folder.resolve("account.csv"), Integer.MAX_VALUE)) {
      if (accounts.contains(row[0])) {
        history.addCustomer(row, clients.get(owners.get(row[0])));
      }
    }
    return history;
  }

  /** Returns change events, one per line. */
  List<String> customers() {
    return lines(customers);
  }

  List<String> transactions() {
    return lines(transactions);
  }

  private void addTransaction(String[] columns) {
    int id = Integer.parseInt(columns[0]);
    Instant time = date(columns[2]).plusSeconds(id % 86_400);
    Instant commit = time.plusMillis(200 + id % 5_000);
    BigDecimal amount = new BigDecimal(columns[5]);
    ObjectNode row =
        CardEvent.transaction(
            "T" + id,
            "A" + columns[1],
            time,
            columns[5],
            id % 11 == 0 ? "PENDING" : id % 19 == 0 ? "FAILED" : "COMPLETED");
    row.put("currency", "CZK");
    row.put("merchant", columns[8].isEmpty() ? null : columns[8]);
    row.put("location", columns[4].startsWith("PREVOD") ? "ONLINE" : null);
    row.put("transaction_type", columns[3]);
    transactions.add(new CardEvent("c", commit, 0, row));
    if (id % 22 == 0) {
      row = row.deepCopy().put("status", "COMPLETED");
      transactions.add(new CardEvent("u", commit.plus(Duration.ofHours(1)), 0, row));
    }
    if (id % 13 == 0) {
      boolean tooLate = id % 130 == 0;
      Duration after = tooLate ? Duration.ofDays(12) : Duration.ofHours(2 + id % 100);
      row = row.deepCopy().put("amount", amount.add(BigDecimal.TEN).toPlainString());
      transactions.add(new CardEvent("u", commit.plus(after), 0, row));
    }
    if (id % 17 == 0) {
      Duration after = Duration.ofDays(id % 170 == 0 && id % 13 != 0 ? 13 : 5);
      transactions.add(new CardEvent("d", commit.plus(after), 0, row));
    }
  }

  private void addCustomer(String[] account, String[] client) {
    int id = Integer.parseInt(account[0]);
    Instant opened = date(account[3]).plusSeconds(id * 31L % 86_400);
    ObjectNode row =
        CardEvent.customer("A" + id, "Client " + client[0], "District " + client[2])
            .put("created_at", opened.toString());
    customers.add(new CardEvent("c", opened, 0, row));
    if (id % 7 == 0) {
      row = row.deepCopy().put("city", "Elsewhere");
      customers.add(new CardEvent("u", opened.plus(Duration.ofDays(30)), 0, row));
    }
    if (id % 29 == 0) {
      customers.add(new CardEvent("d", opened.plus(Duration.ofDays(60)), 0, row));
    }
  }

  /** Adds log positions, which grow from commit to commit. */
  private static List<String> lines(List<CardEvent> events) {
    List<CardEvent> committed = new ArrayList<>(events);
    committed.sort(Comparator.comparing(CardEvent::commit));
    List<String> lines = new ArrayList<>();
    for (CardEvent event : committed) {
      lines.add(event.at(1_000 + lines.size()).line());
    }
    return lines;
  }

  private static Instant date(String text) {
    return LocalDate.of(
            1900 + Integer.parseInt(text.substring(0, 2)),
            Integer.parseInt(text.substring(2, 4)),
            Integer.parseInt(text.substring(4, 6)))
        .atStartOfDay()
        .toInstant(ZoneOffset.UTC);
  }

  private static List<String[]> rows(Path file, int limit) {
    try (var lines = Files.lines(file, UTF_8)) {
      return lines.skip(1).limit(limit).map(line -> line.replace("\"", "").split(";", -1)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
