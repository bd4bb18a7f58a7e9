package dev.weir.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;

/**
 * Compares the current schemas of a project with its schema history. Each record in a snapshot
 * identifies its schema by fingerprint. Records stay readable as long as every schema that was ever
 * in use is in the history and is compatible with the current one.
 *
 * @param current the schemas in use, by full name
 * @param history the folder of the history, with one folder per record, which contains {@code
 *     <n>.avsc} from 1
 */
public record KeptSchemas(Map<String, Schema> current, Path history) {

  /** A problem in the history of a record, and its remedy. */
  public record Problem(String record, String text) {}

  private record Version(Path file, Schema schema) {}

  /**
   * Collects every record in the files of a folder, including nested ones, which have their own
   * class.
   */
  public static KeptSchemas of(Path avro, Path history) throws IOException {
    SchemaParser parser = new SchemaParser();
    for (Path file : list(avro)) {
      if (file.toString().endsWith(".avsc")) {
        parser.parse(file);
      }
    }
    Map<String, Schema> records = new TreeMap<>();
    for (Schema schema : parser.getParsedNamedSchemas()) {
      if (schema.getType() == Schema.Type.RECORD) {
        records.put(schema.getFullName(), schema);
      }
    }
    return new KeptSchemas(records, history);
  }

  /** Returns everything that would make bytes in a snapshot unreadable or change their meaning. */
  public List<Problem> problems() throws IOException {
    List<Problem> problems = new ArrayList<>();
    for (Schema schema : current.values()) {
      check(schema, problems);
    }
    for (Path folder : list(history)) {
      String record = folder.getFileName().toString();
      if (!current.containsKey(record)) {
        problems.add(
            new Problem(
                record,
                "is kept in "
                    + folder
                    + " but no longer exists. A record in state must keep its name; once no"
                    + " snapshot in use can contain one, delete the folder"));
      }
    }
    return problems;
  }

  /**
   * Adds the current schema of each record as its next version unless it is already kept or cannot
   * read an earlier version. Does not change existing files. A release adds version 1 of every new
   * record.
   *
   * @return the added files
   */
  public List<Path> add() throws IOException {
    List<Path> added = new ArrayList<>();
    for (Schema schema : current.values()) {
      List<Problem> problems = new ArrayList<>();
      List<Version> versions = versions(schema.getFullName(), problems);
      versions.forEach(
          version ->
              unreadable(version.schema(), schema)
                  .ifPresent(why -> problems.add(new Problem(schema.getFullName(), why))));
      if (problems.isEmpty() && !isKept(schema, versions)) {
        Path next = file(schema.getFullName(), versions.size() + 1);
        Files.createDirectories(next.getParent());
        Files.writeString(
            next,
            SchemaFormatter.format("json/pretty", schema) + "\n",
            StandardOpenOption.CREATE_NEW);
        added.add(next);
      }
    }
    return added;
  }

  private void check(Schema schema, List<Problem> problems) throws IOException {
    String record = schema.getFullName();
    int before = problems.size();
    List<Version> versions = versions(record, problems);
    if (problems.size() == before && !versions.isEmpty() && !isKept(schema, versions)) {
      Path next = file(record, versions.size() + 1);
      problems.add(new Problem(record, "has changed: its schema must be kept in " + next));
    }
    for (Version version : versions) {
      unreadable(version.schema(), schema)
          .ifPresent(
              why ->
                  problems.add(
                      new Problem(
                          record,
                          "cannot read what was written with " + version.file() + ": " + why)));
    }
  }

  private static boolean isKept(Schema schema, List<Version> versions) {
    long fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    return versions.stream()
        .anyMatch(v -> SchemaNormalization.parsingFingerprint64(v.schema()) == fingerprint);
  }

  private List<Version> versions(String record, List<Problem> problems) throws IOException {
    List<Version> versions = new ArrayList<>();
    Map<Long, Path> seen = new TreeMap<>();
    int files = list(history.resolve(record)).size();
    for (int number = 1; versions.size() < files; number++) {
      Path file = file(record, number);
      if (!Files.exists(file)) {
        problems.add(
            new Problem(
                record,
                "has no "
                    + file
                    + ": its versions must be <n>.avsc, from 1 without gaps, and nothing else"));
        break;
      }
      try {
        Schema schema = new Schema.Parser().parse(Files.readString(file));
        versions.add(new Version(file, schema));
        Path same = seen.putIfAbsent(SchemaNormalization.parsingFingerprint64(schema), file);
        if (same != null) {
          problems.add(
              new Problem(record, "has the same fingerprint in " + same + " and in " + file));
        }
        if (!schema.getFullName().equals(record)) {
          problems.add(
              new Problem(record, "is not the record that the schema in " + file + " describes"));
        }
      } catch (AvroRuntimeException e) {
        problems.add(new Problem(record, "has no valid schema in " + file + ": " + e.getMessage()));
        break;
      }
    }
    return versions;
  }

  private Path file(String record, int number) {
    return history.resolve(record).resolve(number + ".avsc");
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Explains why data written with {@code was} cannot be read as {@code is}; empty if it can. */
  private static Optional<String> unreadable(Schema was, Schema is) {
    var compatibility = SchemaCompatibility.checkReaderWriterCompatibility(is, was);
    if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
      return Optional.of(
          String.join(
              "; ",
              compatibility.getResult().getIncompatibilities().stream()
                  .map(i -> i.getType() + " at " + i.getLocation() + ": " + i.getMessage())
                  .toList()));
    }
    return Optional.ofNullable(misread(was, is, is.getFullName(), new ArrayList<>()));
  }

  /**
   * Finds what Avro reads without an error but with another meaning, such as a number in another
   * unit or scale. Returns null if there is nothing.
   */
  private static String misread(Schema was, Schema is, String at, List<Schema> within) {
    if (within.contains(is)) {
      return null;
    }
    if (was.isUnion() || is.isUnion()) {
      for (Schema branch : branches(was)) {
        for (Schema other : branches(is)) {
          String found = alike(branch, other) ? misread(branch, other, at, within) : null;
          if (found != null) {
            return found;
          }
        }
      }
      return null;
    }
    if (!meaning(was).equals(meaning(is))) {
      return "a changed meaning at "
          + at
          + ": "
          + meaning(was)
          + " has become "
          + meaning(is)
          + ", which the fingerprint does not distinguish; give the field another name";
    }
    if (is.getType() == Schema.Type.ARRAY && was.getType() == Schema.Type.ARRAY) {
      return misread(was.getElementType(), is.getElementType(), at + "[]", within);
    }
    if (is.getType() == Schema.Type.MAP && was.getType() == Schema.Type.MAP) {
      return misread(was.getValueType(), is.getValueType(), at + "{}", within);
    }
    if (is.getType() == Schema.Type.RECORD && was.getType() == Schema.Type.RECORD) {
      List<Schema> deeper = new ArrayList<>(within);
      deeper.add(is);
      return is.getFields().stream()
          .map(
              field -> {
                Schema.Field written = SchemaCompatibility.lookupWriterField(was, field);
                String place = at + "." + field.name();
                return written == null
                    ? null
                    : misread(written.schema(), field.schema(), place, deeper);
              })
          .filter(Objects::nonNull)
          .findFirst()
          .orElse(null);
    }
    return null;
  }

  private static List<Schema> branches(Schema schema) {
    return schema.isUnion() ? schema.getTypes() : List.of(schema);
  }

  private static boolean alike(Schema was, Schema is) {
    return was.getType() == is.getType() && was.getName().equals(is.getName());
  }

  /**
   * The logical type. A decimal's precision may grow; its scale fixes the position of the decimal
   * point and must not change.
   */
  private static String meaning(Schema schema) {
    String type = schema.getProp("logicalType");
    if (type == null) {
      return "no logical type";
    }
    Object scale = schema.getObjectProp("scale");
    return type.equals("decimal") ? type + " of scale " + (scale == null ? 0 : scale) : type;
  }
}
