package dev.weir.ordering;

import org.apache.avro.specific.SpecificRecordBase;

/**
 * Holds records by type, entity and id. The records of an entity are stored together, in blocks of
 * limited size, so that a turn reads and writes few of them. A stored record must not be modified,
 * only replaced with {@code put}.
 */
public interface Memory {

  /** Returns null if there is none. */
  <T extends SpecificRecordBase> T get(Class<T> type, String entity, String id);

  /**
   * Replaces the record of the same type, entity and id, if any. It is kept until it is removed.
   */
  void put(String entity, String id, SpecificRecordBase entry);

  /**
   * Replaces the record of the same type, entity and id, if any. It is removed after a time: later
   * turns do not find it.
   *
   * @param until the last turn time at which it is found, epoch milliseconds
   */
  void put(String entity, String id, SpecificRecordBase entry, long until);

  void remove(Class<? extends SpecificRecordBase> type, String entity, String id);
}
