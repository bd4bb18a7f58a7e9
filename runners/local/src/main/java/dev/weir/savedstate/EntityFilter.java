package dev.weir.savedstate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.record.Uuid;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Selects the lines of one entity. A line belongs to the entity if the entity's id is the step's
 * key; occurs in the key of the map entry, alone or between characters that no id contains; or is a
 * text in the value. If the value is a list, only the elements that contain the id are kept. A UUID
 * matches in any case.
 */
public final class EntityFilter {
  private static final String OF_AN_ID = "[\\p{L}\\p{N}_-]";

  private final String id;
  private final Predicate<String> isId;
  private final Pattern within;

  public EntityFilter(String id) {
    this.id = id;
    this.isId = Uuid.is(id) ? id::equalsIgnoreCase : id::equals;
    this.within =
        Pattern.compile(
            "(?<!" + OF_AN_ID + ")" + Pattern.quote(id) + "(?!" + OF_AN_ID + ")",
            Uuid.is(id) ? Pattern.CASE_INSENSITIVE : 0);
  }

  /** Returns the part of the line that belongs to the entity; modifies the line. */
  public Optional<ObjectNode> pick(ObjectNode line) {
    if (line.path("shard").asText().equals(id)
        || hasText(line.path("key"), isId)
        || hasText(line.path("entry"), text -> within.matcher(text).find())) {
      return Optional.of(line);
    }
    JsonNode value = line.path("value");
    if (!hasText(value, isId)) {
      return Optional.empty();
    }
    if (value instanceof ArrayNode list) {
      for (Iterator<JsonNode> elements = list.elements(); elements.hasNext(); ) {
        if (!hasText(elements.next(), isId)) {
          elements.remove();
        }
      }
    }
    return Optional.of(line);
  }

  private static boolean hasText(JsonNode node, Predicate<String> wanted) {
    if (node.isTextual()) {
      return wanted.test(node.textValue());
    }
    for (JsonNode child : node) {
      if (hasText(child, wanted)) {
        return true;
      }
    }
    return false;
  }
}
