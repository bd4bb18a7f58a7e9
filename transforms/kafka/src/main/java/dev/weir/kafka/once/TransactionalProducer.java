package dev.weir.kafka.once;

import dev.weir.kafka.LargeRecords;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates the producers of a sink. */
final class TransactionalProducer {
  /** Kafka's own default, 32 MiB; a request must fit into it. */
  private static final long STANDARD_BUFFER = 32L << 20;

  private static final int LINGER_MS = 25;
  private static final int BATCH_BYTES = 128 << 10;

  private TransactionalProducer() {}

  static Producer<byte[], byte[]> open(TopicLog.Spec spec, int group, int timeoutMs) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, spec.transactionalId(group));
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeoutMs);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // Nothing is visible before the commit, which sends what still waits: fewer, larger requests.
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, spec.maxRequestSize());
    settings.put(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(STANDARD_BUFFER, 2L * spec.maxRequestSize()));
    settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    return new LargeRecords.Factory(spec.cluster()).apply(settings);
  }
}
