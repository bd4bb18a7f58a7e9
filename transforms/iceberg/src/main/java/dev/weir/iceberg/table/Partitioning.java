package dev.weir.iceberg.table;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The partitioning of a table, as text: {@code days(ts)}, {@code bucket(16, account),
 * identity(city)} and so on. A bare column means its identity; empty text means no partitioning.
 */
public final class Partitioning implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Pattern TERM =
      Pattern.compile(
          "\\s*(?:(\\w+)\\s*\\(\\s*(?:(\\d+)\\s*,\\s*)?([\\w.]+)\\s*\\)|([\\w.]+))\\s*");
  private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

  /** One term; {@code width} is 0 if the transform has none. */
  private record Term(String transform, int width, String column) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  private final ArrayList<Term> terms;

  private Partitioning(List<Term> terms) {
    this.terms = new ArrayList<>(terms);
  }

  /** No partitioning: all rows are in one place. */
  public static Partitioning none() {
    return new Partitioning(List.of());
  }

  /**
   * @param text terms separated by commas: {@code identity}, {@code years}, {@code months}, {@code
   *     days}, {@code hours} of a column, {@code bucket(n, column)}, {@code truncate(n, column)}
   * @throws LedgerException if a term is invalid
   */
  public static Partitioning parse(String text) {
    List<Term> terms = new ArrayList<>();
    if (!text.isBlank()) {
      for (String part : COMMA.split(text, -1)) {
        terms.add(term(part));
      }
    }
    return new Partitioning(terms);
  }

  private static Term term(String part) {
    Matcher matcher = TERM.matcher(part);
    if (!matcher.matches()) {
      throw unreadable(part);
    }
    if (matcher.group(4) != null) {
      return new Term("identity", 0, matcher.group(4));
    }
    String transform =
        switch (matcher.group(1)) {
          case "year", "years" -> "years";
          case "month", "months" -> "months";
          case "day", "days" -> "days";
          case "hour", "hours" -> "hours";
          case "identity", "bucket", "truncate" -> matcher.group(1);
          default -> throw unreadable(part);
        };
    boolean wide = transform.equals("bucket") || transform.equals("truncate");
    int width;
    try {
      width = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
    } catch (NumberFormatException e) {
      throw unreadable(part);
    }
    if (wide != width > 0) {
      throw unreadable(part);
    }
    return new Term(transform, width, matcher.group(3));
  }

  private static LedgerException unreadable(String part) {
    return new LedgerException(
        "'"
            + part.strip()
            + "' is not a valid partition field; use column, years(c), months(c), days(c),"
            + " hours(c), bucket(n,c) or truncate(n,c)");
  }

  /** The columns that the table is partitioned by. */
  List<String> columns() {
    return terms.stream().map(Term::column).distinct().toList();
  }

  /**
   * @throws LedgerException if a column is missing or has a type that its transform does not accept
   */
  public PartitionSpec spec(Schema schema) {
    PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
    try {
      for (Term term : terms) {
        switch (term.transform) {
          case "years" -> builder.year(term.column);
          case "months" -> builder.month(term.column);
          case "days" -> builder.day(term.column);
          case "hours" -> builder.hour(term.column);
          case "bucket" -> builder.bucket(term.column, term.width);
          case "truncate" -> builder.truncate(term.column, term.width);
          default -> builder.identity(term.column);
        }
      }
      PartitionSpec spec = builder.build();
      spec.partitionType().fields().forEach(Partitioning::checkIsExact);
      return spec;
    } catch (RuntimeException e) {
      throw new LedgerException("partitioning '" + this + "': " + e.getMessage(), e);
    }
  }

  /** Rejects floats and doubles: a file can be neither named after NaN nor found by it. */
  private static void checkIsExact(NestedField field) {
    if (field.type().typeId() == TypeID.FLOAT || field.type().typeId() == TypeID.DOUBLE) {
      throw new LedgerException(
          field.name() + " is a " + field.type() + ", which cannot partition a table");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Partitioning that && terms.equals(that.terms);
  }

  @Override
  public int hashCode() {
    return Objects.hash(terms);
  }

  /** Returns the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return String.join(
        ", ",
        terms.stream()
            .map(
                term ->
                    term.width > 0
                        ? term.transform + "(" + term.width + ", " + term.column + ")"
                        : term.transform + "(" + term.column + ")")
            .toList());
  }
}
