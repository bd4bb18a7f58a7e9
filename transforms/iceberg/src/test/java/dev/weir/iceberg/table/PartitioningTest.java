package dev.weir.iceberg.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitioningTest {
  private static final Schema COLUMNS =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "city", Types.StringType.get()),
          NestedField.required(3, "ts", Types.TimestampType.withZone()),
          NestedField.optional(4, "rate", Types.DoubleType.get()),
          NestedField.optional(5, "share", Types.FloatType.get()),
          NestedField.optional(
              6, "in", Types.StructType.of(NestedField.optional(7, "day", Types.DateType.get()))),
          NestedField.optional(8, "tags", Types.ListType.ofRequired(9, Types.StringType.get())));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "city                      | identity(city)",
        "identity(city)            | identity(city)",
        "'  identity ( city )  '   | identity(city)",
        "year(ts)                  | years(ts)",
        "years(ts)                 | years(ts)",
        "month(ts)                 | months(ts)",
        "months(ts)                | months(ts)",
        "day(ts)                   | days(ts)",
        "days( ts )                | days(ts)",
        "hour(ts)                  | hours(ts)",
        "hours(ts)                 | hours(ts)",
        "bucket(16,id)             | 'bucket(16, id)'",
        "'bucket ( 16 , id )'      | 'bucket(16, id)'",
        "'truncate(3, city)'       | 'truncate(3, city)'",
        "in.day                    | identity(in.day)",
        "months(in.day)            | months(in.day)",
        "'days(ts),bucket(16,id)'  | 'days(ts), bucket(16, id)'",
        "'city, bucket(2, id), days(ts)' | 'identity(city), bucket(2, id), days(ts)'",
        "''                        | ''",
        "'   '                     | ''"
      })
  void validFieldsHaveOneFormThatParsesToTheSame(String text, String written) {
    Partitioning parts = Partitioning.parse(text);

    assertThat(parts.toString(), is(written));
    assertThat(Partitioning.parse(written), is(parts));
    assertThat(Partitioning.parse(written).hashCode(), is(parts.hashCode()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",",
        "city,",
        ",city",
        "city,,ts",
        "city ts",
        "days()",
        "days(ts",
        "ts)",
        "days(3, ts)",
        "identity(3, city)",
        "bucket(id)",
        "bucket(0, id)",
        "bucket(-1, id)",
        "bucket(id, 16)",
        "bucket(99999999999, id)",
        "bucket(16; id)",
        "truncate(city)",
        "void(city)",
        "Days(ts)",
        "city-name"
      })
  void anInvalidFieldIsAnError(String text) {
    LedgerException thrown = assertThrows(LedgerException.class, () -> Partitioning.parse(text));

    assertThat(thrown.getMessage(), startsWith("'"));
  }

  @Test
  void theErrorNamesTheTermAndTheSyntax() {
    LedgerException thrown =
        assertThrows(LedgerException.class, () -> Partitioning.parse("city, weeks( ts )"));

    assertThat(
        thrown.getMessage(),
        is(
            "'weeks( ts )' is not a valid partition field; use column, years(c), months(c),"
                + " days(c), hours(c), bucket(n,c) or truncate(n,c)"));
  }

  @Test
  void eachTermIsAFieldOfTheSpec() {
    PartitionSpec spec =
        Partitioning.parse("city, days(ts), bucket(16, id), truncate(2, city), years(in.day)")
            .spec(COLUMNS);

    assertThat(
        spec,
        is(
            PartitionSpec.builderFor(COLUMNS)
                .identity("city")
                .day("ts")
                .bucket("id", 16)
                .truncate("city", 2)
                .year("in.day")
                .build()));
    assertThat(
        Partitioning.parse("months(ts)").spec(COLUMNS),
        is(PartitionSpec.builderFor(COLUMNS).month("ts").build()));
    assertThat(
        Partitioning.parse("hours(ts)").spec(COLUMNS),
        is(PartitionSpec.builderFor(COLUMNS).hour("ts").build()));
    assertThat(Partitioning.none().spec(COLUMNS), is(PartitionSpec.unpartitioned()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "absent",
        "days(city)",
        "hours(in.day)",
        "truncate(3, ts)",
        "tags",
        "tags.element",
        "in",
        "days(ts), hours(ts)",
        "city, city",
        "rate",
        "identity(share)"
      })
  void aColumnThatCannotMakeThesePartsIsAnErrorThatNamesThePartitioning(String text) {
    Partitioning parts = Partitioning.parse(text);

    LedgerException thrown = assertThrows(LedgerException.class, () -> parts.spec(COLUMNS));

    assertThat(thrown.getMessage(), startsWith("partitioning '" + parts + "': "));
  }

  @Test
  void eachOfItsColumnsIsListedOnce() {
    assertThat(
        Partitioning.parse("days(ts), bucket(16, id), truncate(2, city), city").columns(),
        is(List.of("ts", "id", "city")));
    assertThat(Partitioning.none().columns(), is(List.of()));
  }

  @Test
  void itIsEqualAfterSerialization() {
    Partitioning parts = Partitioning.parse("bucket(16, id), city");

    assertThat(SerializableUtils.clone(parts), is(parts));
    assertThat(Partitioning.parse("bucket(8, id), city"), is(not(parts)));
    assertThat(Partitioning.parse("city, bucket(16, id)"), is(not(parts)));
  }
}
