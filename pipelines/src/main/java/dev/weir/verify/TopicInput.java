package dev.weir.verify;

import dev.weir.kafka.CommittedRecords;
import dev.weir.kafka.TopicValues;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecords;
import dev.weir.record.UnreadableRecord;

/** A topic that a job reads. */
record TopicInput(String topic, CommittedRecords records, TopicValues values)
    implements RawRecords {
  @Override
  public void forEach(Handler handler) {
    records.forEach(
        next -> {
          Origin origin = Origin.ofTopic(topic, next.partition(), next.offset());
          RawRecord raw;
          try {
            raw = values.read(next.value(), origin);
          } catch (UnreadableRecord e) {
            handler.unreadable(origin, e);
            return;
          }
          handler.record(raw);
        });
  }
}
