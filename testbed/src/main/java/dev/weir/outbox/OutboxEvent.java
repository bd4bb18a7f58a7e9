package dev.weir.outbox;

import java.util.UUID;

/**
 * A row of the outbox.
 *
 * @param id unique; the header {@code id} of the record on Kafka
 * @param aggregateType determines the topic, {@code outbox.<aggregateType>}
 * @param aggregateId the key of the record; the events of one aggregate keep their order
 * @param type the header {@code eventType}
 * @param payload the value of the record, as its consumer reads it; must not be modified
 */
@SuppressWarnings("ArrayRecordComponent")
public record OutboxEvent(
    UUID id, String aggregateType, String aggregateId, String type, byte[] payload) {

  /** Omits the payload, which may hold personal data. */
  @Override
  public String toString() {
    return type + " " + id + " of " + aggregateType + " " + aggregateId;
  }
}
