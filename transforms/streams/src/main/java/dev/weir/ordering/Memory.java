package dev.weir.ordering;

import org.apache.avro.specific.SpecificRecordBase;

/**
 * Holds records by type and key. A stored record must not be modified, only replaced with {@link
 * #put}.
 */
public interface Memory {

  /** Returns null if there is none. */
  <T extends SpecificRecordBase> T get(Class<T> type, String key);

  /** Replaces the record of the same type under this key, if any. */
  void put(String key, SpecificRecordBase entry);

  void remove(Class<? extends SpecificRecordBase> type, String key);
}
