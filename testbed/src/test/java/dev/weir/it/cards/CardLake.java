package dev.weir.it.cards;

import dev.weir.embedded.EmbeddedDatabase;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.OpenCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The lake of card transactions and its source database, both as texts by key, so that they can be
 * compared.
 */
public final class CardLake {
  private static final String CUSTOMERS =
      "account_number, customer_name, email, phone_number, date_of_birth, city, created_at";
  private static final String TRANSACTIONS =
      "txn_id, account_number, timestamp, amount, currency, merchant, location, status,"
          + " transaction_type";
  private static final String STALE_ROWS =
      "source_table, row_key, committed_at, operation, reason, detail, partition, position";
  private static final String OPINIONS =
      "txn_id, customer_name, fraud_score, fraud_category, risk_level";

  /** No customer of the bank changes the name, so the name as of a commit is the current one. */
  private static final String EXPECTED_OPINIONS =
      """
      select txn_id, customer_name,
             case when amount > 1000 then 0.7 when amount > 500 and location = 'ONLINE' then 0.5
                  when amount > 500 then 0.3 else 0.1 end as fraud_score,
             case when amount > 1000 then 'AMOUNT_ANOMALY'
                  when amount > 500 and location = 'ONLINE' then 'ONLINE_HIGH_VALUE'
                  when amount > 500 then 'HIGH_VALUE' else 'NORMAL' end as fraud_category,
             case when amount > 1000 then 'HIGH' when amount > 500 then 'MEDIUM' else 'LOW' end
                  as risk_level
      from transactions left join customers using (account_number)
      where status <> 'PENDING'
      """;

  private static final String SPEND =
      "account_number, currency, window_type, window_start, window_end, tx_count, total_amount,"
          + " avg_amount, min_amount, max_amount";

  /** Every window of every type, computed from its definition, without Weir's code. */
  private static final String EXPECTED_SPEND =
      """
      select account_number, currency, type as window_type,
             to_timestamp(start) as window_start, to_timestamp(start + length) as window_end,
             count(*) as tx_count, sum(amount) as total_amount,
             round(avg(amount), 2) as avg_amount,
             min(amount) as min_amount, max(amount) as max_amount
      from transactions
      cross join (values ('1_MIN', 60, 30), ('15_MIN', 900, 300), ('1_HOUR_SLIDING', 3600, 900),
                         ('1_DAY', 86400, 3600), ('1_HOUR', 3600, 3600))
                 as windows (type, length, slide)
      cross join lateral generate_series(
          floor(extract(epoch from timestamp) / slide)::bigint * slide - length + slide,
          floor(extract(epoch from timestamp) / slide)::bigint * slide,
          slide) as start
      where status = 'COMPLETED'
      group by 1, 2, 3, 4, 5
      """;

  private final LedgerCatalog catalog;
  private final Path catalogFile;
  private final EmbeddedDatabase database;

  public CardLake(Path folder, EmbeddedDatabase database) {
    try {
      Files.createDirectories(folder);
      catalogFile = folder.resolve("catalog.properties");
      Files.writeString(
          catalogFile, "type=hadoop\nwarehouse=" + folder.resolve("warehouse").toUri() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.catalog = LedgerCatalog.read(catalogFile);
    this.database = database;
  }

  /** For {@code --catalog}. */
  public Path catalogFile() {
    return catalogFile;
  }

  SortedMap<String, String> customers() {
    return rows("customers", CUSTOMERS, 1);
  }

  SortedMap<String, String> expectedCustomers() {
    return ask("select " + CUSTOMERS + " from customers", CUSTOMERS, 1);
  }

  /**
   * Returns settled and pending transactions. One that is both has both rows as its text: the two
   * tables are committed one after the other, so that this may be seen for a moment.
   */
  SortedMap<String, String> transactions() {
    SortedMap<String, String> all = rows("enriched_transactions", TRANSACTIONS, 1);
    rows("pending_transactions", TRANSACTIONS, 1)
        .forEach(
            (id, row) -> all.merge(id, row, (settled, pending) -> settled + " and " + pending));
    return all;
  }

  public SortedMap<String, String> settled(String columns) {
    return rows("enriched_transactions", columns, 1);
  }

  SortedMap<String, String> expectedTransactions() {
    return ask("select " + TRANSACTIONS + " from transactions", TRANSACTIONS, 1);
  }

  /** Returns the customer and the score of each settled transaction. */
  SortedMap<String, String> opinions() {
    return settled(OPINIONS);
  }

  SortedMap<String, String> expectedOpinions() {
    return ask(EXPECTED_OPINIONS, OPINIONS, 1);
  }

  SortedMap<String, String> pending() {
    return rows("pending_transactions", TRANSACTIONS, 1);
  }

  SortedMap<String, String> spend() {
    return rows("spend_metrics", SPEND, 4);
  }

  SortedMap<String, String> expectedSpend() {
    return ask(EXPECTED_SPEND, SPEND, 4);
  }

  /** Returns the windows that had ended at a time. */
  static SortedMap<String, String> endedBefore(Instant time, SortedMap<String, String> windows) {
    SortedMap<String, String> ended = new TreeMap<>(windows);
    ended.values().removeIf(row -> !Instant.parse(row.split("\\|")[4]).isBefore(time));
    return ended;
  }

  Table table(String name) {
    try (OpenCatalog open = catalog.open()) {
      return open.table("bank." + name);
    }
  }

  boolean has(String name) {
    try (OpenCatalog open = catalog.open()) {
      return open.catalog().tableExists(TableIdentifier.parse("bank." + name));
    }
  }

  /** The rows whose last change is a dead letter. */
  public SortedMap<String, String> staleRows() {
    return rows("rows_stale", STALE_ROWS, 2);
  }

  boolean hasDeletion(String account) {
    return rows("customer_deletions", "account_number", 1).containsKey(account);
  }

  /** Returns the contents of all files of the lake, including files in no snapshot. */
  String everythingInFiles() {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(catalogFile.resolveSibling("warehouse"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (file.toString().endsWith(".parquet")) {
          String table = file.getName(file.getNameCount() - 3).toString();
          String name = has(table) ? table : file.getName(file.getNameCount() - 4).toString();
          read(org.apache.iceberg.Files.localInput(file.toFile()), table(name).schema())
              .forEach(all::append);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString();
  }

  private static List<Record> read(InputFile file, Schema table) {
    // Delete files contain only the key.
    Schema columns = new Schema(table.columns().stream().map(NestedField::asOptional).toList());
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> records =
        Parquet.read(file)
            .project(columns)
            .createReaderFunc(schema -> GenericParquetReaders.buildReader(columns, schema))
            .build()) {
      records.forEach(rows::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private SortedMap<String, String> rows(String name, String columns, int keys) {
    SortedMap<String, String> rows = new TreeMap<>();
    if (!has(name)) {
      return rows;
    }
    try (CloseableIterable<Record> records = IcebergGenerics.read(table(name)).build()) {
      for (Record row : records) {
        List<Object> values = new ArrayList<>();
        for (String column : columns.split(", ")) {
          values.add(row.getField(column));
        }
        put(rows, values, keys);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private SortedMap<String, String> ask(String query, String columns, int keys) {
    SortedMap<String, String> rows = new TreeMap<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<Object> values = new ArrayList<>();
        for (String column : columns.split(", ")) {
          boolean local = column.equals("date_of_birth");
          boolean zoned = result.getObject(column) instanceof Timestamp;
          values.add(
              local
                  ? result.getObject(column, LocalDateTime.class)
                  : zoned
                      ? result.getObject(column, OffsetDateTime.class)
                      : result.getObject(column));
        }
        put(rows, values, keys);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  private static void put(SortedMap<String, String> rows, List<Object> values, int keys) {
    List<String> texts = values.stream().map(CardLake::text).toList();
    String key = String.join("|", texts.subList(0, keys));
    if (rows.put(key, String.join("|", texts)) != null) {
      throw new AssertionError(key + " is there twice");
    }
  }

  private static String text(Object value) {
    return value instanceof OffsetDateTime time ? time.toInstant().toString() : value + "";
  }
}
