package dev.weir.kafka.registry;

import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import org.apache.avro.Schema;

/**
 * What a registry answered for an id.
 *
 * @param avro null for a JSON schema
 * @param problem why values with this id cannot be read; null if they can
 */
record RegisteredSchema(Schema avro, String problem) {

  static RegisteredSchema ofAvro(Schema schema) {
    return new RegisteredSchema(schema, null);
  }

  static RegisteredSchema ofJson() {
    return new RegisteredSchema(null, null);
  }

  static RegisteredSchema unusable(String problem) {
    return new RegisteredSchema(null, problem);
  }

  boolean isJson() {
    return avro == null;
  }

  RegisteredSchema usable() throws UnreadableRecord {
    if (problem != null) {
      throw new UnreadableRecord(Reason.UNKNOWN_SCHEMA, problem);
    }
    return this;
  }
}
