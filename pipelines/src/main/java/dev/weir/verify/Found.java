package dev.weir.verify;

import dev.weir.kafka.once.RecordTag;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * A record of an output as it was found there.
 *
 * @param position where; see {@link OutputRecords#describe}
 * @param key the key that it was written under; null if the output has no keys
 * @param json the record as plain JSON; null for a deletion, or if contents are not compared
 * @param problem why the record could not be read; null if it could
 * @param tag who published it, if it is known
 * @param revision the revision of the key, if it is known; of a topic it is in the tag
 * @param row the row with all columns; null unless it is from a table
 */
@SuppressWarnings("ArrayRecordComponent")
record Found(
    long position,
    String key,
    byte[] json,
    String problem,
    Optional<RecordTag> tag,
    Optional<Long> revision,
    SpecificRecordBase row) {

  static Found ofTopic(long position, String key, byte[] json, Optional<RecordTag> tag) {
    return new Found(position, key, json, null, tag, Optional.empty(), null);
  }

  static Found ofFile(long position, String key, byte[] json, Optional<Long> revision) {
    return new Found(position, key, json, null, Optional.empty(), revision, null);
  }

  static Found ofTable(String key, byte[] json, SpecificRecordBase row) {
    return new Found(0, key, json, null, Optional.empty(), Optional.empty(), row);
  }

  static Found unreadable(long position, String problem, Optional<RecordTag> tag) {
    return new Found(position, null, null, problem, tag, Optional.empty(), null);
  }
}
