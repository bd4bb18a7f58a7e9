package dev.weir.kafka.registry;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.service.PathSegment;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/** Reads a registry's answer for a schema, with the schemas that it refers to. */
final class SchemaAnswer {
  /** Looks up a schema that another one refers to. */
  @FunctionalInterface
  interface References {
    /** Returns null if the registry has none. */
    JsonNode of(String subjectSegment, int version);
  }

  /** Thrown if there is no schema in the answer that can be used; its message says why. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String why) {
      super(why, null, false, false);
    }
  }

  private final References references;
  private final Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION);
  private final Set<String> parsed = new HashSet<>();

  private SchemaAnswer(References references) {
    this.references = references;
    // The writer could write with it, so it is good enough to read with.
    parser.setValidateDefaults(false);
  }

  /**
   * @param answer has the text of a schema, like those of {@code references}
   */
  static RegisteredSchema read(int id, JsonNode answer, References references) {
    String type = answer.path("schemaType").asText("AVRO");
    if (type.equals("JSON")) {
      return RegisteredSchema.ofJson();
    }
    if (!type.equals("AVRO")) {
      return RegisteredSchema.unusable(
          "the schema " + id + " of the registry is of another type than AVRO and JSON");
    }
    try {
      return RegisteredSchema.ofAvro(new SchemaAnswer(references).parse(answer));
    } catch (Unusable e) {
      return RegisteredSchema.unusable("the schema " + id + " of the registry " + e.getMessage());
    }
  }

  private Schema parse(JsonNode answer) throws Unusable {
    for (JsonNode reference : answer.path("references")) {
      String subject = reference.path("subject").asText();
      int version = reference.path("version").asInt();
      if (parsed.add(subject + "/" + version)) {
        Optional<PathSegment> segment = PathSegment.of(subject);
        JsonNode referenced =
            segment.isEmpty() ? null : references.of(segment.get().encoded(), version);
        if (referenced == null) {
          throw new Unusable("refers to a schema that the registry does not have");
        }
        parse(referenced);
      }
    }
    try {
      return parser.parse(answer.get("schema").textValue());
    } catch (RuntimeException e) {
      // Avro throws various exceptions, such as one for the name of an unknown type.
      throw new Unusable("cannot be parsed as Avro");
    }
  }
}
