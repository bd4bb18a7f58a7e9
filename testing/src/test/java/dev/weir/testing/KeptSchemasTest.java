package dev.weir.testing;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptSchemasTest {
  private static final String ID = "{\"name\": \"id\", \"type\": \"string\"}";
  private static final String NOTE =
      "{\"name\": \"note\", \"type\": [\"null\", \"string\"], \"default\": null}";

  @TempDir Path avro;
  @TempDir Path history;

  @Test
  void aRecordWhoseSchemaIsKeptHasNoProblems() throws IOException {
    inUse(ID);
    kept(1, ID);

    assertThat(problems(), is(empty()));
  }

  @Test
  void aRecordThatNoReleaseHasHadMayChange() throws IOException {
    inUse(ID);

    assertThat(problems(), is(empty()));
  }

  @Test
  void aChangedRecordLacksItsNextVersion() throws IOException {
    inUse(ID, NOTE);
    kept(1, ID);

    assertThat(
        problems(), contains("has changed: its schema must be kept in " + version("test.Row", 2)));
  }

  @Test
  void aFieldWithADefaultCanBeAddedAndDroppedAgain() throws IOException {
    kept(1, ID);
    kept(2, ID, NOTE);

    inUse(ID, NOTE);
    assertThat(problems(), is(empty()));
    inUse(ID);
    assertThat(problems(), is(empty()));
  }

  @Test
  void aFieldWithoutADefaultIsRejectedEvenIfItsVersionIsKept() throws IOException {
    String count = "{\"name\": \"count\", \"type\": \"int\"}";
    inUse(ID, count);
    kept(1, ID);
    kept(2, ID, count);

    assertThat(problems(), contains(containsString("READER_FIELD_MISSING_DEFAULT_VALUE")));
    assertThat(problems(), contains(containsString(version("test.Row", 1).toString())));
  }

  @Test
  void everyPastVersionMustBeReadable() throws IOException {
    String wide = "{\"name\": \"count\", \"type\": \"long\"}";
    String narrow = "{\"name\": \"count\", \"type\": \"int\"}";
    inUse(narrow);
    kept(1, wide);
    kept(2, narrow);

    assertThat(problems(), contains(containsString("TYPE_MISMATCH")));
  }

  @Test
  void aDroppedSymbolIsRejected() throws IOException {
    String before = side("\"LEFT\", \"RIGHT\"");
    String after = side("\"LEFT\"");
    inUse(after);
    kept(1, before);
    kept(2, after);

    assertThat(problems(), contains(containsString("MISSING_ENUM_SYMBOLS")));
  }

  @Test
  void aSymbolCanBeAdded() throws IOException {
    String before = side("\"LEFT\"");
    String after = side("\"LEFT\", \"RIGHT\"");
    inUse(after);
    kept(1, before);
    kept(2, after);

    assertThat(problems(), is(empty()));
  }

  /** Both the encoding and the fingerprints of the schemas are the same. */
  @Test
  void anotherScaleOfADecimalIsRejected() throws IOException {
    inUse(amount(10, 3));
    kept(1, amount(10, 2));

    assertThat(
        problems(),
        contains(containsString("test.Row.amount: decimal of scale 2 has become decimal of sc")));
    inUse(amount(20, 2));
    assertThat(problems(), is(empty()));
  }

  @Test
  void anotherTimeUnitIsRejectedEvenInANestedRecord() throws IOException {
    inUse(within(time("timestamp-micros")));
    kept(1, within(time("timestamp-millis")));
    write(version("test.Inner", 1), record("Inner", time("timestamp-micros")));

    assertThat(
        problems(),
        contains(
            containsString("test.Row.inner.at: timestamp-millis has become timestamp-micros")));
  }

  @Test
  void aNestedRecordHasItsOwnHistoryToo() throws IOException {
    inUse(within(ID + ", " + NOTE));
    kept(1, within(ID));
    write(version("test.Inner", 1), record("Inner", ID));

    assertThat(
        problems(),
        containsInAnyOrder(
            "has changed: its schema must be kept in " + version("test.Row", 2),
            "has changed: its schema must be kept in " + version("test.Inner", 2)));
  }

  @Test
  void versionsHaveNoGaps() throws IOException {
    inUse(ID);
    kept(1, ID, NOTE);
    kept(3, ID);

    assertThat(problems(), contains(containsString("has no " + version("test.Row", 2))));
  }

  @Test
  void otherFilesAreRejected() throws IOException {
    inUse(ID);
    kept(1, ID);
    write(history.resolve("test.Row").resolve("draft.avsc"), "");

    assertThat(problems(), contains(containsString("has no " + version("test.Row", 2))));
  }

  @Test
  void noFingerprintIsKeptTwice() throws IOException {
    inUse(ID);
    kept(1, ID);
    kept(2, ID);

    assertThat(problems(), contains(containsString("has the same fingerprint in ")));
  }

  @Test
  void aVersionIsASchemaOfItsRecord() throws IOException {
    inUse(ID);
    kept(1, ID);
    write(version("test.Row", 2), record("Other", ID));
    assertThat(problems().get(0), containsString("is not the record"));

    write(version("test.Row", 2), "no schema");
    assertThat(problems(), contains(containsString("has no valid schema in")));
  }

  @Test
  void aRemovedRecordIsReported() throws IOException {
    inUse(ID);
    kept(1, ID);
    write(version("test.Former", 1), record("Former", ID));

    assertThat(problems(), contains(containsString("but no longer exists")));
  }

  @Test
  void onlyTheNextVersionIsAdded() throws IOException {
    inUse(ID, NOTE);
    kept(1, ID);
    String before = Files.readString(version("test.Row", 1));

    assertThat(schemas().add(), is(List.of(version("test.Row", 2))));

    assertThat(problems(), is(empty()));
    assertThat(Files.readString(version("test.Row", 1)), is(before));
    assertThat(
        new Schema.Parser().parse(Files.readString(version("test.Row", 2))),
        is(new Schema.Parser().parse(record("Row", ID, NOTE))));
    assertThat(schemas().add(), is(empty()));
  }

  @Test
  void aVersionThatCannotReadThePastIsNotAdded() throws IOException {
    inUse("{\"name\": \"id\", \"type\": \"int\"}");
    kept(1, ID);

    assertThat(schemas().add(), is(empty()));
    assertThat(problems().size(), is(2));
  }

  private KeptSchemas schemas() throws IOException {
    return KeptSchemas.of(avro, history);
  }

  private List<String> problems() throws IOException {
    return schemas().problems().stream().map(KeptSchemas.Problem::text).toList();
  }

  private void inUse(String... fields) throws IOException {
    write(avro.resolve("row.avsc"), record("Row", fields));
  }

  private void kept(int number, String... fields) throws IOException {
    write(version("test.Row", number), record("Row", fields));
  }

  private Path version(String record, int number) {
    return history.resolve(record).resolve(number + ".avsc");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String record(String name, String... fields) {
    return """
        {"type": "record", "namespace": "test", "name": "%s", "fields": [%s]}
        """
        .formatted(name, String.join(", ", fields));
  }

  private static String within(String field) {
    return "{\"name\": \"inner\", \"type\": [\"null\", " + record("Inner", field) + "]}";
  }

  private static String side(String symbols) {
    return """
        {"name": "side", "type": {"type": "enum", "name": "Side", "symbols": [%s]}}
        """
        .formatted(symbols);
  }

  private static String amount(int precision, int scale) {
    return """
        {"name": "amount", "type":
          {"type": "bytes", "logicalType": "decimal", "precision": %d, "scale": %d}}
        """
        .formatted(precision, scale);
  }

  private static String time(String unit) {
    return """
        {"name": "at", "type": {"type": "long", "logicalType": "%s"}}
        """
        .formatted(unit);
  }
}
