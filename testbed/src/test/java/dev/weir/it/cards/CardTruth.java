package dev.weir.it.cards;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The expected result of committed changes: row by row and window by window, computed plainly and
 * without any of Weir's own code. Rows are as written into files, without their revision.
 */
final class CardTruth {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration WAIT = Duration.ofMinutes(10);
  private static final Duration RETENTION = Duration.ofDays(10);

  private static final Map<String, List<Duration>> WINDOWS =
      Map.of(
          "1_MIN", List.of(Duration.ofMinutes(1), Duration.ofSeconds(30)),
          "15_MIN", List.of(Duration.ofMinutes(15), Duration.ofMinutes(5)),
          "1_HOUR_SLIDING", List.of(Duration.ofHours(1), Duration.ofMinutes(15)),
          "1_DAY", List.of(Duration.ofDays(1), Duration.ofHours(1)),
          "1_HOUR", List.of(Duration.ofHours(1), Duration.ofHours(1)));

  private final SortedMap<String, String> enriched = new TreeMap<>();
  private final SortedMap<String, String> pending = new TreeMap<>();
  private final SortedMap<String, String> spend = new TreeMap<>();
  private final SortedMap<String, String> removals = new TreeMap<>();
  private final List<String> tooLate = new ArrayList<>();

  private final Map<String, List<Change>> customers = new TreeMap<>();
  private final Map<String, List<BigDecimal>> windows = new TreeMap<>();

  /**
   * A change that was committed.
   *
   * @param row the row after the change; for a delete, before it
   */
  private record Change(String op, long commit, long lsn, JsonNode row, String line) {
    boolean isDelete() {
      return op.equals("d");
    }

    String text(String column) {
      return row.get(column).textValue();
    }
  }

  /** The amount that a transaction counts for. */
  private record Counted(String account, String currency, long time, BigDecimal amount) {}

  /**
   * @param customers change events, one in a line, in any order
   */
  CardTruth(List<String> customers, List<String> transactions) {
    this.customers.putAll(byKey(customers, "account_number"));
    this.customers.forEach(
        (account, changes) ->
            changes.stream()
                .filter(Change::isDelete)
                .forEach(
                    change ->
                        removals.put(
                            account + "/" + change.commit(),
                            "{\"account_number\":"
                                + json(account)
                                + ",\"operation\":\"d\",\"source_ts\":\""
                                + Instant.ofEpochMilli(change.commit())
                                + "\"}")));
    byKey(transactions, "txn_id").forEach(this::add);
    windows.forEach(this::addWindow);
  }

  /** Settled transactions by id. */
  SortedMap<String, String> enriched() {
    return enriched;
  }

  /** Pending ones by id. */
  SortedMap<String, String> pending() {
    return pending;
  }

  /** Windows by account, currency, type and start. */
  SortedMap<String, String> spend() {
    return spend;
  }

  /** Deleted customers by account and commit. */
  SortedMap<String, String> removals() {
    return removals;
  }

  /** The changes of transactions that are too late for their windows. */
  List<String> tooLate() {
    return tooLate;
  }

  private static Map<String, List<Change>> byKey(List<String> lines, String key) {
    Map<String, List<Change>> changes = new TreeMap<>();
    for (String line : lines) {
      JsonNode event = parse(line);
      Change change =
          new Change(
              event.get("op").textValue(),
              event.at("/source/ts_ms").longValue(),
              event.at("/source/lsn").longValue(),
              event.get(event.get("op").textValue().equals("d") ? "before" : "after"),
              line);
      changes.computeIfAbsent(change.text(key), k -> new ArrayList<>()).add(change);
    }
    changes.values().forEach(list -> list.sort(Comparator.comparingLong(Change::lsn)));
    return changes;
  }

  private void add(String id, List<Change> changes) {
    Change last = changes.get(changes.size() - 1);
    if (!last.isDelete()) {
      if (last.text("status").equals("PENDING")) {
        pending.put(id, row(last, List.of()));
      } else {
        enriched.put(id, row(last, opinions(last)));
      }
    }
    count(changes);
  }

  /** Counts a transaction in its windows, from changes that are not too late. */
  private void count(List<Change> changes) {
    Counted counted = null;
    Change before = null;
    for (Change change : changes) {
      long horizon = change.commit() - RETENTION.toMillis();
      boolean completed = !change.isDelete() && change.text("status").equals("COMPLETED");
      Counted wanted =
          !completed
              ? null
              : new Counted(
                  change.text("account_number"),
                  change.text("currency"),
                  Instant.parse(change.text("timestamp")).toEpochMilli(),
                  new BigDecimal(change.text("amount")));
      // The previous version is remembered for one and a half times the retention.
      long known = horizon - RETENTION.toMillis() / 2;
      boolean isRemembered =
          before != null
              && (before.commit() >= known || (counted != null && counted.time() >= known));
      boolean oldWanted = wanted != null && wanted.time() < horizon;
      boolean oldCounted = counted != null && counted.time() < horizon;
      boolean isNews = counted == null ? wanted != null : !counted.equals(wanted);
      if (before != null && !isRemembered) {
        tooLate.add(change.line());
      } else if ((oldWanted || oldCounted) && isNews) {
        tooLate.add(change.line());
      } else {
        counted = wanted;
      }
      before = change;
    }
    if (counted != null) {
      putIntoWindows(counted);
    }
  }

  private void putIntoWindows(Counted counted) {
    WINDOWS.forEach(
        (type, sizes) -> {
          long size = sizes.get(0).toMillis();
          long slide = sizes.get(1).toMillis();
          long latest = Math.floorDiv(counted.time(), slide) * slide;
          for (long start = latest; start > counted.time() - size; start -= slide) {
            String key =
                String.join(
                    "|",
                    counted.account(),
                    counted.currency(),
                    type,
                    Instant.ofEpochMilli(start).toString(),
                    Instant.ofEpochMilli(start + size).toString());
            windows.computeIfAbsent(key, k -> new ArrayList<>()).add(counted.amount());
          }
        });
  }

  private void addWindow(String key, List<BigDecimal> amounts) {
    String[] parts = key.split("\\|");
    BigDecimal total = amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal average = total.divide(BigDecimal.valueOf(amounts.size()), 2, RoundingMode.HALF_UP);
    spend.put(
        String.join("/", parts[0], parts[1], parts[2], parts[3]),
        "{\"account_number\":%s,\"currency\":%s,\"window_type\":%s,\"window_start\":%s,\"window_end\":%s,"
                .formatted(
                    json(parts[0]), json(parts[1]), json(parts[2]), json(parts[3]), json(parts[4]))
            + "\"tx_count\":%d,\"total_amount\":%s,\"avg_amount\":%s,\"min_amount\":%s,\"max_amount\":%s}"
                .formatted(
                    amounts.size(),
                    money(total),
                    money(average),
                    money(Collections.min(amounts)),
                    money(Collections.max(amounts))));
  }

  private static String row(Change change, List<String> more) {
    List<String> fields = new ArrayList<>();
    for (String column :
        List.of(
            "txn_id",
            "account_number",
            "timestamp",
            "amount",
            "currency",
            "merchant",
            "location",
            "status",
            "transaction_type")) {
      String text = change.text(column);
      String value =
          switch (column) {
            case "timestamp" -> json(Instant.parse(text).toString());
            case "amount" -> money(new BigDecimal(text));
            default -> json(text);
          };
      fields.add("\"" + column + "\":" + value);
    }
    fields.addAll(more);
    return "{" + String.join(",", fields) + "}";
  }

  private List<String> opinions(Change change) {
    Change customer = customerOf(change);
    List<String> opinions = new ArrayList<>();
    for (String column : List.of("customer_name", "email", "city")) {
      String text = customer == null ? null : customer.text(column);
      opinions.add("\"" + column + "\":" + json(text));
    }
    BigDecimal amount = new BigDecimal(change.text("amount"));
    boolean isLarge = amount.compareTo(new BigDecimal("500")) > 0;
    String[] score;
    if (amount.compareTo(new BigDecimal("1000")) > 0) {
      score = new String[] {"0.7", "AMOUNT_ANOMALY", "HIGH"};
    } else if (isLarge && "ONLINE".equals(change.text("location"))) {
      score = new String[] {"0.5", "ONLINE_HIGH_VALUE", "MEDIUM"};
    } else if (isLarge) {
      score = new String[] {"0.3", "HIGH_VALUE", "MEDIUM"};
    } else {
      score = new String[] {"0.1", "NORMAL", "LOW"};
    }
    opinions.add("\"fraud_score\":" + score[0]);
    opinions.add("\"fraud_category\":" + json(score[1]));
    opinions.add("\"risk_level\":" + json(score[2]));
    return opinions;
  }

  /** Returns the holder of the account; null if there is none or the holder is erased. */
  private Change customerOf(Change transaction) {
    List<Change> changes = customers.getOrDefault(transaction.text("account_number"), List.of());
    Change holder = null;
    for (Change change : changes) {
      boolean isBefore = change.commit() <= transaction.commit();
      boolean isFirstAfter =
          holder == null && change.commit() <= transaction.commit() + WAIT.toMillis();
      if (change.isDelete()) {
        if (!isBefore) {
          return null;
        }
        holder = null;
      } else if (isBefore || isFirstAfter) {
        holder = change;
      }
    }
    return holder;
  }

  private static String money(BigDecimal amount) {
    return amount.setScale(2, RoundingMode.UNNECESSARY).toPlainString();
  }

  private static String json(String text) {
    try {
      return JSON.writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
