package dev.weir.kafka.registry;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import dev.weir.deadletter.DeadLetter;
import dev.weir.testing.EmbeddedRegistry;
import java.io.IOException;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AvroWireFormatTest {
  private final EmbeddedRegistry registry = EmbeddedRegistry.start();

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aValueNamesTheSchemaThatItsTopicHas() throws IOException {
    registry.register("other-value", "\"string\"");
    AvroWireFormat<DeadLetter> format =
        SerializableUtils.ensureSerializable(
            AvroWireFormat.of(SchemaRegistry.at(registry.uri()), "letters"));

    byte[] value = format.apply(letter());
    byte[] again = format.apply(letter());

    assertThat(again, is(value));
    assertThat(Wire.id(value), is(2));
    assertThat(registry.ids("letters-value"), contains(2));
    assertThat(
        registry.requests(),
        contains("POST /subjects/letters-value", "POST /subjects/letters-value/versions"));
    Schema written = new Schema.Parser().parse(registry.schema(2));
    assertThat(
        Wire.body(value, written).toString(),
        is(
            "{\"stage\": \"s\", \"reason\": \"TOO_LONG\", \"detail\": \"é\", \"topic\": \"t\","
                + " \"partition\": null, \"offset\": 7, \"file\": null, \"line\": null,"
                + " \"event_time\": 1001}"));
  }

  /** Other clients compare schemas as text. */
  @Test
  void theSchemaHasNoNotesForJava() {
    String published = PublishedSchema.of(DeadLetter.getClassSchema()).toString();

    assertThat(DeadLetter.getClassSchema().toString().contains("avro.java.string"), is(true));
    assertThat(published.contains("avro.java.string"), is(false));
    assertThat(
        published,
        is(
            DeadLetter.getClassSchema()
                .toString()
                .replace("{\"type\":\"string\",\"avro.java.string\":\"String\"}", "\"string\"")));
  }

  @Test
  void fieldsForTheLakeOnlyAreNotPublished() {
    Schema row =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"Row\",\"fields\":["
                    + "{\"name\":\"hidden\",\"type\":\"long\",\"lakeOnly\":true},"
                    + "{\"name\":\"shown\",\"type\":\"long\"}]}");

    assertThat(
        PublishedSchema.of(row).getFields().stream().map(Schema.Field::name).toList(),
        contains("shown"));
  }

  private static DeadLetter letter() {
    DeadLetter letter = new DeadLetter();
    letter.setStage("s");
    letter.setReason("TOO_LONG");
    letter.setDetail("é");
    letter.setTopic("t");
    letter.setOffset(7L);
    letter.setEventTime(Instant.ofEpochMilli(1001));
    return letter;
  }
}
