package dev.weir.kafka.registry;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Resolver;
import org.apache.avro.Resolver.Action;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Checks before any value is read whether values of one schema can be read as another, by Avro's
 * rules for schema resolution. The records may have different names. A nullable field fits one that
 * is not: only its nulls do not.
 */
final class SchemaMatch {
  private final Set<Action> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private SchemaMatch() {}

  /** Returns why no value can be read; empty if the schemas fit. Names schemas and fields only. */
  static Optional<String> mismatch(Schema writer, Schema reader) {
    Schema renamed = Schema.applyAliases(writer, reader);
    return Optional.ofNullable(
        new SchemaMatch().problem(Resolver.resolve(renamed, reader, new GenericData())));
  }

  /** Returns null if there is none. */
  private String problem(Action action) {
    // The actions of a recursive schema are a cycle.
    if (!seen.add(action)) {
      return null;
    }
    return switch (action.type) {
      case ERROR -> action.toString();
      case RECORD -> problem((Resolver.RecordAdjust) action);
      case WRITER_UNION -> problem((Resolver.WriterUnion) action);
      case READER_UNION -> problem(((Resolver.ReaderUnion) action).actualAction);
      case CONTAINER -> problem(((Resolver.Container) action).elementAction);
      case DO_NOTHING, PROMOTE, ENUM, SKIP -> null;
    };
  }

  private String problem(Resolver.RecordAdjust record) {
    for (int n = 0; n < record.fieldActions.length; n++) {
      String problem = problem(record.fieldActions[n]);
      if (problem != null) {
        return "field " + record.writer.getFields().get(n).name() + ": " + problem;
      }
    }
    return null;
  }

  private String problem(Resolver.WriterUnion union) {
    String first = null;
    for (Action branch : union.actions) {
      String problem = problem(branch);
      if (problem == null) {
        return null;
      }
      first = first == null || branch.writer.getType() != Schema.Type.NULL ? problem : first;
    }
    return first;
  }
}
