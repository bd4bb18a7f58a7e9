package dev.weir.kafka;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * A producer whose error for a record above the size limit names the limit, the topic and the
 * remedy. The limit may be that of the producer or of the topic. Kafka's own message names neither
 * the topic nor the pipeline option.
 */
public final class LargeRecords extends KafkaProducer<byte[], byte[]> {
  private final int limit;

  private LargeRecords(Map<String, Object> config) {
    super(config);
    this.limit = (int) config.get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
  }

  /** Creates the producer of each writer. */
  public record Factory(KafkaCluster cluster)
      implements SerializableFunction<Map<String, Object>, Producer<byte[], byte[]>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Producer<byte[], byte[]> apply(Map<String, Object> config) {
      return cluster.producer(config, LargeRecords::new);
    }
  }

  @Override
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
    return super.send(
        record,
        (sent, failure) ->
            callback.onCompletion(
                sent,
                failure instanceof RecordTooLargeException tooLarge
                    ? explained(record, limit, tooLarge)
                    : failure));
  }

  static RecordTooLargeException explained(
      ProducerRecord<byte[], byte[]> record, int limit, RecordTooLargeException cause) {
    int value = record.value() == null ? 0 : record.value().length;
    String what =
        "a record of "
            + (record.key().length + value)
            + " bytes (key and value) is too large for the topic "
            + record.topic()
            + ": raise --maxRequestSize (it is "
            + limit
            + " bytes) and the topic's max.message.bytes (or the broker's message.max.bytes) above"
            + " that, then restart the job from its last checkpoint; no data is lost";
    return new RecordTooLargeException(what, cause);
  }
}
