package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.kafka.registry.WireFormat;
import dev.weir.record.RawRecord.Encoding;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy.Node;
import org.apache.beam.sdk.testing.CrashingRunner;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

class ReadTopicTest {
  /** A snapshot holds the function that reads times, which must fit the values. */
  @Test
  void aSnapshotDoesNotFitValuesInAnotherForm() {
    Set<String> raw = steps(TopicValues.plain(Encoding.JSON));
    Set<String> wire =
        steps(WireFormat.toJson(SchemaRegistry.at(URI.create("https://registry:8081"))));

    assertThat(raw, hasItem("Read/ReadKafka"));
    assertThat(wire, hasItem("Read/ReadKafkaWire"));
    assertThat(wire.contains("Read/ReadKafka"), is(false));
  }

  private static Set<String> steps(TopicValues values) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(CrashingRunner.class);
    Pipeline pipeline = Pipeline.create(options);
    pipeline.apply("Read", ReadTopic.of(KafkaCluster.at("b:9092"), "t", values, Duration.ZERO));
    Set<String> names = new HashSet<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(Node node) {
            names.add(node.getFullName());
            return CompositeBehavior.ENTER_TRANSFORM;
          }
        });
    return names;
  }
}
