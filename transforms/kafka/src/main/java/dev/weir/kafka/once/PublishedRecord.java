package dev.weir.kafka.once;

/**
 * A record that was read back.
 *
 * @param value null for a tombstone
 * @param more null if there is none
 */
record PublishedRecord(
    int partition, long offset, String key, byte[] value, byte[] more, RecordTag tag) {}
