package dev.weir.kafka;

import dev.weir.deadletter.DeadLetter;
import dev.weir.record.RawRecord.Encoding;
import org.apache.beam.sdk.util.SerializableUtils;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class SerializableTest {
  @Test
  void theTransformsAreSerializable() {
    SerializableUtils.ensureSerializable(
        ReadTopic.of(KafkaCluster.at("b:9092"), "t", Encoding.AVRO, Duration.ZERO));
    SerializableUtils.ensureSerializable(
        PublishJson.<DeadLetter>to(KafkaCluster.at("b:9092"), "t", DeadLetter::getStage));
  }
}
