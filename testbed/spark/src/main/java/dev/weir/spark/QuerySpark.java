package dev.weir.spark;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Runs Spark SQL queries on Iceberg tables and prints the rows of the results as JSON, one a line.
 * Nothing listens on an address that other machines can reach.
 */
public final class QuerySpark {
  private QuerySpark() {}

  /**
   * Arguments: pairs of a file of Iceberg's catalog properties and a file of queries, one a line.
   * The catalog is the current one of its queries.
   */
  public static void main(String[] args) throws IOException {
    // Standard output is for results; Spark's own output goes to standard error.
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err);
    try (SparkSession spark = start()) {
      for (int n = 0; n < args.length; n += 2) {
        SparkSession session = spark.newSession();
        SparkSession.setActiveSession(session);
        new CatalogFile(Path.of(args[n])).useIn(session);
        for (String query : Files.readAllLines(Path.of(args[n + 1]))) {
          answer(session, query).forEach(out::println);
        }
      }
    }
    out.close();
  }

  private static SparkSession start() {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.datetime.java8API.enabled", true)
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.sql.adaptive.enabled", false)
        .getOrCreate();
  }

  /** A query that Spark rejects or that fails is answered by one line with the error. */
  private static List<String> answer(SparkSession session, String query) {
    try {
      List<Row> rows = session.sql(query).collectAsList();
      return rows.stream().map(row -> JsonRows.row(query, row)).toList();
    } catch (Exception e) {
      return List.of(JsonRows.error(query, e.toString()));
    }
  }
}
