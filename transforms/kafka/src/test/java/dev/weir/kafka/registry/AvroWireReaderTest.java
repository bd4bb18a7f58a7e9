package dev.weir.kafka.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.deadletter.DeadLetter;
import dev.weir.testing.EmbeddedRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AvroWireReaderTest {
  private static final String CANNOT = "cannot read a value of DeadLetter: ";

  private final EmbeddedRegistry registry = EmbeddedRegistry.start();
  private final AvroWireReader<DeadLetter> reader =
      SerializableUtils.ensureSerializable(
          AvroWireReader.of(SchemaRegistry.at(registry.uri()), DeadLetter.class));

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void aWrittenRecordIsReadBack() {
    byte[] value = written();

    assertThat(reader.read(value, null), is(letter()));
    assertThat(reader.read(value, "{}".getBytes(UTF_8)), is(letter()));
    assertThat(
        registry.requests(),
        contains(
            "POST /subjects/letters-value",
            "POST /subjects/letters-value/versions",
            "GET /schemas/ids/1"));
  }

  /** The class may have gained and lost fields since. */
  @Test
  void aValueIsReadWithTheSchemaThatItNames() throws IOException {
    Schema old =
        SchemaBuilder.record("dev.weir.deadletter.DeadLetter")
            .fields()
            .requiredInt("attempts")
            .requiredString("detail")
            .requiredString("reason")
            .requiredString("stage")
            .optionalLong("offset")
            .endRecord();
    int id = registry.register("letters-value", old.toString());
    byte[] value =
        Wire.value(
            id,
            old,
            new GenericRecordBuilder(old)
                .set("attempts", 3)
                .set("detail", "d")
                .set("reason", "r")
                .set("stage", "s")
                .set("offset", 7L)
                .build());

    DeadLetter read = reader.read(value, null);

    assertThat(read, is(new DeadLetter("s", "r", "d", null, null, 7L, null, null, null)));
    assertThat("the current schema", reader.read(written(), null), is(letter()));
  }

  @Test
  void anyOtherValueIsAnError() {
    byte[] value = written();
    int json = registry.registerOther("json-value", "JSON", "{\"type\":\"object\"}");
    int other = registry.register("other-value", "\"string\"");

    assertThat(
        problem("SECRET".getBytes(UTF_8)),
        is(
            CANNOT
                + "not in the wire format of a schema registry: a zero byte and the id of a schema"));
    assertThat(
        problem(Arrays.copyOf(value, value.length - 1)),
        is(CANNOT + "not a record of its Avro schema"));
    assertThat(
        problem(Arrays.copyOf(value, value.length + 1)),
        is(CANNOT + "bytes are left over after the record"));
    assertThat(
        problem(WireValue.header(json)),
        is(CANNOT + "the schema " + json + " of the registry is not an Avro schema"));
    assertThat(
        problem(WireValue.header(other)),
        is(
            CANNOT
                + "the schema "
                + other
                + " of the registry does not fit dev.weir.deadletter.DeadLetterPublished: it is not a record"));
    assertThat(
        problem(WireValue.header(99)),
        is(CANNOT + "the schema registry has no schema with the record's id"));
  }

  private byte[] written() {
    return AvroWireFormat.<DeadLetter>of(SchemaRegistry.at(registry.uri()), "letters")
        .apply(letter());
  }

  private String problem(byte[] value) {
    return assertThrows(IllegalArgumentException.class, () -> reader.read(value, null))
        .getMessage();
  }

  private static DeadLetter letter() {
    return new DeadLetter(
        "s", "TOO_LONG", "é", "t", null, 7L, null, null, Instant.ofEpochMilli(1001));
  }
}
