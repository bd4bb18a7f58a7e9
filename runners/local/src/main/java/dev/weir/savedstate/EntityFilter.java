package dev.weir.savedstate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Picks the lines of one entity. A line is the entity's where the step's key is its id, where the
 * id stands in the key of the map entry, alone or between characters that no id is made of, or
 * where a text in the value is the id.
 */
public final class EntityFilter implements Predicate<ObjectNode> {
  private static final String OF_AN_ID = "[\\p{L}\\p{N}_-]";

  private final String id;
  private final Pattern within;

  public EntityFilter(String id) {
    this.id = id;
    this.within =
        Pattern.compile("(?<!" + OF_AN_ID + ")" + Pattern.quote(id) + "(?!" + OF_AN_ID + ")");
  }

  @Override
  public boolean test(ObjectNode line) {
    return line.path("shard").asText().equals(id)
        || hasText(line.path("key"), id::equals)
        || hasText(line.path("entry"), text -> within.matcher(text).find())
        || hasText(line.path("value"), id::equals);
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
