package dev.weir.scoringservice;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The OpenAPI document of the service: its routes and responses, and the check of a value against a
 * schema. An unknown keyword of JSON Schema is an error, so that no part of the document goes
 * unchecked.
 */
final class Contract {

  /** Keywords that do not restrict a value. */
  private static final Set<String> REMARKS = Set.of("description", "nullable");

  private final JsonNode document;

  private Contract(JsonNode document) {
    this.document = document;
  }

  static Contract read() {
    try (InputStream in = ScoringService.class.getResourceAsStream("openapi.json")) {
      return of(Scorers.read(new String(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Contract of(JsonNode document) {
    return new Contract(document);
  }

  JsonNode document() {
    return document;
  }

  JsonNode schema(String name) {
    return document.at("/components/schemas/" + name);
  }

  /** All routes, each as {@code POST /predict}. */
  Set<String> routes() {
    Set<String> routes = new TreeSet<>();
    operations().keySet().forEach(routes::add);
    return routes;
  }

  /** All answers, each as {@code POST /predict 200}. */
  Set<String> answers() {
    Set<String> answers = new TreeSet<>();
    operations()
        .forEach(
            (route, operation) ->
                operation
                    .get("responses")
                    .fieldNames()
                    .forEachRemaining(status -> answers.add(route + " " + status)));
    return answers;
  }

  /** Whether a route needs a token. */
  boolean isGuarded(String route) {
    return !operations().get(route).path("security").isEmpty();
  }

  /** The description of an answer such as {@code POST /predict 200}. */
  JsonNode answer(String answer) {
    int space = answer.lastIndexOf(' ');
    return resolve(
        operations()
            .get(answer.substring(0, space))
            .get("responses")
            .get(answer.substring(space + 1)));
  }

  private Map<String, JsonNode> operations() {
    Map<String, JsonNode> operations = new TreeMap<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        operations.put(method.getKey().toUpperCase() + " " + path.getKey(), method.getValue());
      }
    }
    return operations;
  }

  private JsonNode resolve(JsonNode node) {
    JsonNode reference = node.get("$ref");
    return reference == null ? node : resolve(document.at(reference.textValue().substring(1)));
  }

  /** How a value breaks a schema; empty if it matches. */
  List<String> complaints(JsonNode schema, JsonNode value) {
    List<String> complaints = new ArrayList<>();
    check(resolve(schema), value, "$", complaints);
    return complaints;
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> complaints) {
    if (value.isNull() && schema.path("nullable").asBoolean()) {
      return;
    }
    for (Map.Entry<String, JsonNode> word : schema.properties()) {
      if (!holds(word.getKey(), word.getValue(), schema, value, at, complaints)) {
        complaints.add(at + " breaks " + word.getKey());
      }
    }
  }

  private boolean holds(
      String word,
      JsonNode promise,
      JsonNode schema,
      JsonNode value,
      String at,
      List<String> complaints) {
    switch (word) {
      case "type":
        return isOfType(promise.textValue(), value);
      case "enum":
        return isOneOf(promise, value);
      case "oneOf":
        return countValid(promise, value) == 1;
      case "required":
        return !value.isObject() || holdsAll(promise, value);
      case "additionalProperties":
        return !value.isObject() || names(schema.get("properties")).containsAll(names(value));
      case "properties":
        for (Map.Entry<String, JsonNode> property : promise.properties()) {
          if (value.has(property.getKey())) {
            String place = at + "." + property.getKey();
            check(resolve(property.getValue()), value.get(property.getKey()), place, complaints);
          }
        }
        return true;
      case "items":
        for (JsonNode item : value) {
          check(resolve(promise), item, at + "[]", complaints);
        }
        return true;
      case "minItems":
        return !value.isArray() || value.size() >= promise.intValue();
      case "maxItems":
        return !value.isArray() || value.size() <= promise.intValue();
      case "minLength":
        return !value.isTextual() || value.textValue().length() >= promise.intValue();
      case "maxLength":
        return !value.isTextual() || value.textValue().length() <= promise.intValue();
      case "pattern":
        return !value.isTextual()
            || Pattern.compile(promise.textValue()).matcher(value.textValue()).find();
      case "format":
        return !value.isTextual() || isTime(promise, value);
      default:
        if (!REMARKS.contains(word)) {
          throw new AssertionError("unknown keyword " + word);
        }
        return true;
    }
  }

  private static boolean isOfType(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      default -> throw new AssertionError("unknown type " + type);
    };
  }

  private static boolean isOneOf(JsonNode allowed, JsonNode value) {
    for (JsonNode one : allowed) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private long countValid(JsonNode schemas, JsonNode value) {
    long valid = 0;
    for (JsonNode schema : schemas) {
      valid += complaints(schema, value).isEmpty() ? 1 : 0;
    }
    return valid;
  }

  private static boolean holdsAll(JsonNode required, JsonNode value) {
    for (JsonNode name : required) {
      if (!value.has(name.textValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTime(JsonNode format, JsonNode value) {
    if (!format.textValue().equals("date-time")) {
      throw new AssertionError("unknown format " + format);
    }
    try {
      OffsetDateTime.parse(value.textValue());
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  static Set<String> names(JsonNode object) {
    Set<String> names = new HashSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
