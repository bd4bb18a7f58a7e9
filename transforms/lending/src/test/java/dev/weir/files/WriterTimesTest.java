package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected schema has {@code ts} in milliseconds. */
class WriterTimesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "\"long\"; 1767607203123; 1767607203123",
        "\"int\"; 5; 5",
        "{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}; 1767607203123; 1767607203123",
        "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}; -1; -1",
        "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}; 1767607203123999; 1767607203123",
        "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}; -1; -1",
        "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}; 1000; 1",
        "{\"type\":\"long\",\"logicalType\":\"timestamp-nanos\"}; 1767607203123999999; 1767607203123",
        "{\"type\":\"long\",\"logicalType\":\"local-timestamp-nanos\"}; -1000001; -2",
        "[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}]; 31536000000000; 31536000000",
        "{\"type\":\"long\",\"connect.name\":\"io.debezium.time.MicroTimestamp\"}; 1000; 1",
        "{\"type\":\"long\",\"connect.name\":\"io.debezium.time.NanoTimestamp\"}; 1000000; 1",
        "{\"type\":\"long\",\"connect.name\":\"io.debezium.time.Timestamp\"}; 1000; 1000",
        "{\"type\":\"long\",\"logicalType\":\"acme-ticks\"}; 1000; 1000",
      })
  void aTimeIsInTheUnitThatItsWriterNames(String type, long written, long millis)
      throws IOException {
    assertThat(
        ts(schema(type), type.equals("\"int\"") ? (Object) (int) written : written), is(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\":\"int\",\"logicalType\":\"date\"}",
        "{\"type\":\"int\",\"logicalType\":\"time-millis\"}",
        "{\"type\":\"long\",\"logicalType\":\"time-micros\"}",
        "{\"type\":\"int\",\"connect.name\":\"io.debezium.time.Date\"}",
        "[\"int\",{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}]",
      })
  void aFileWhoseTimesAreNotPointsInTimeIsRefused(String type) throws IOException {
    ContainerFile file = ContainerFile.of(List.of(), schema(type), "null");

    assertThrows(
        IOException.class,
        () ->
            new ContainerScanner(
                new SeekableByteArrayInput(file.bytes()), LoanApplication.getClassSchema()));
  }

  @Test
  void otherFieldsOfTheWriterMayHaveAnyUnit() throws IOException {
    Schema writer =
        new Schema.Parser()
            .parse(
                schema("\"long\"")
                    .toString()
                    .replace(
                        "\"fields\":[",
                        "\"fields\":[{\"name\":\"seen\",\"default\":0,\"type\":"
                            + "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}},"));

    assertThat(ts(writer, 1_000L), is(1_000L));
  }

  private static long ts(Schema writer, Object written) throws IOException {
    GenericRecord one = new GenericData.Record(writer);
    one.put("request_id", "r1");
    one.put("applicant_type", "KNOWN");
    one.put("amount", 100.0);
    one.put("ssn", "123-45-6780");
    one.put("ts", written);
    if (writer.getField("seen") != null) {
      one.put("seen", 7_000_000L);
    }
    ContainerFile file = ContainerFile.of(List.of(one), writer, "null");
    ContainerScanner scanner =
        new ContainerScanner(
            new SeekableByteArrayInput(file.bytes()), LoanApplication.getClassSchema());
    assertThat(scanner.next(), is(true));
    assertThat(scanner.damage(), is((String) null));
    return (Long) scanner.record().get("ts");
  }

  /** Returns the schema of loan applications, with a time of this type. */
  private static Schema schema(String type) {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "row", "fields": [
              {"name": "request_id", "type": "string"},
              {"name": "applicant_type", "type": "string"},
              {"name": "amount", "type": "double"},
              {"name": "ssn", "type": "string"},
              {"name": "ts", "type": %s}]}
            """
                .formatted(type));
  }
}
