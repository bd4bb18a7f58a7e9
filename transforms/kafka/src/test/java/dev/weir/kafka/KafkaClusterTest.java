package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.hasEntry;

import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaClusterTest {
  /** Kafka's default, once the properties name a group. */
  @Test
  void noConsumerCommitsPositionsByItself() {
    KafkaCluster cluster =
        new KafkaCluster("b:9092", ClientProperties.of(Map.of("group.id", "lag")));

    Map<String, Object> settings = cluster.consumer(Map.of(), all -> all);

    assertThat(
        settings,
        allOf(
            hasEntry("enable.auto.commit", (Object) false), hasEntry("group.id", (Object) "lag")));
  }
}
