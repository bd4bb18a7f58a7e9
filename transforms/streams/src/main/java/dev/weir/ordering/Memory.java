package dev.weir.ordering;

import org.apache.avro.specific.SpecificRecordBase;

/** Records by their type and a key. A record that is here must not be changed, only put again. */
public interface Memory {

  /** Null where there is none. */
  <T extends SpecificRecordBase> T get(Class<T> type, String key);

  /** Replaces what was there of the record's type. */
  void put(String key, SpecificRecordBase entry);

  void remove(Class<? extends SpecificRecordBase> type, String key);
}
