package dev.weir.verify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.StrictJson;
import dev.weir.record.UnreadableRecord;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One difference. It names identities and fields, but no values of other fields: they may be
 * personal data.
 *
 * @param option the option of the port that it was found in
 * @param name the names of the identity's fields
 * @param identity null if only the other record has it
 * @param what what is wrong
 * @param places where it was found
 * @param json the record that was found; null if it is not compared
 * @param other the record that it contradicts, which is read again when the line is written; null
 *     if there is none
 */
@SuppressWarnings("ArrayRecordComponent")
record Difference(
    String option,
    String name,
    String identity,
    String what,
    List<String> places,
    byte[] json,
    Other other) {

  /**
   * A record that was read before.
   *
   * @param identity returns the identity of a record
   */
  record Other(
      OutputRecords records,
      long position,
      Predicate<Found> wanted,
      Function<Found, String> identity) {
    Optional<Found> find() {
      return records.find(position, wanted);
    }
  }

  /** The difference in one line. */
  String line() {
    Optional<Found> found = other == null ? Optional.empty() : other.find();
    String id = identity;
    StringBuilder where = new StringBuilder(String.join("; ", places));
    if (found.isPresent()) {
      id = id == null ? other.identity.apply(found.get()) : id;
      String place = other.records.describe(found.get());
      if (!places.contains(place)) {
        where.append(where.isEmpty() ? "" : "; ").append(place);
      }
    }
    return "--"
        + option
        + ": "
        + name
        + " '"
        + onOneLine(Objects.requireNonNullElse(id, "?"))
        + "' "
        + what
        + (where.isEmpty() ? "" : ": " + where)
        + found.map(Found::json).map(this::fields).orElse("");
  }

  private static String onOneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private String fields(byte[] before) {
    if (json == null || Arrays.equals(json, before)) {
      return "";
    }
    try {
      Set<String> names = new LinkedHashSet<>();
      differing("", StrictJson.object(before), StrictJson.object(json), names);
      return names.isEmpty()
          ? "; the same fields in another form"
          : "; different: " + String.join(", ", names);
    } catch (UnreadableRecord e) {
      return "";
    }
  }

  private static void differing(String in, JsonNode one, JsonNode two, Set<String> names) {
    Set<String> all = new LinkedHashSet<>();
    one.fieldNames().forEachRemaining(all::add);
    two.fieldNames().forEachRemaining(all::add);
    for (String field : all) {
      JsonNode before = one.path(field);
      JsonNode after = two.path(field);
      if (before.isObject() && after.isObject()) {
        differing(in + field + ".", before, after, names);
      } else if (!before.equals(after)) {
        names.add(in + field);
      }
    }
  }
}
