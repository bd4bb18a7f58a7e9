package dev.weir.changelog;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.iceberg.commit.WrittenFiles;
import dev.weir.iceberg.testing.EveryColumn;
import dev.weir.iceberg.testing.Payments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.Coder.NonDeterministicException;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowChangeCoderTest {
  private static final Coder<GenericRecord> ROW = AvroCoder.of(Payments.SCHEMA);
  private static final RowChangeCoder<GenericRecord> CODER = RowChangeCoder.of(ROW);

  @ParameterizedTest
  @CsvSource({
    "false, 0, 0",
    "true, 1, 2",
    "false, -1, -2",
    "true, 9223372036854775807, -9223372036854775808",
    "false, -9223372036854775808, 9223372036854775807"
  })
  void aChangeIsDecodedAsItWas(boolean delete, long major, long minor) throws IOException {
    RowChange<GenericRecord> change = change(delete, new Position(major, minor));

    byte[] bytes = CoderUtils.encodeToByteArray(CODER, change);
    RowChange<GenericRecord> back = CoderUtils.decodeFromByteArray(CODER, bytes);

    assertThat(back.delete(), is(delete));
    assertThat(back.position(), is(new Position(major, minor)));
    assertThat(CoderUtils.encodeToByteArray(CODER, back), is(bytes));
    assertThat(back.row().get("id").toString(), is("p1"));
    assertThat(back.row().get("cents"), is(250L));
  }

  @Test
  void consecutiveChangesAreDecodedSeparately() throws IOException {
    RowChange<GenericRecord> one = change(false, new Position(1, 1));
    RowChange<GenericRecord> two = change(true, new Position(2, 1));
    Coder<List<RowChange<GenericRecord>>> lists = ListCoder.of(CODER);

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lists.encode(List.of(one, two), out);
    lists.encode(List.of(two), out);
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());

    assertThat(
        lists.decode(in).stream().map(RowChange::position).toList(),
        is(List.of(one.position(), two.position())));
    assertThat(lists.decode(in).stream().map(RowChange::delete).toList(), is(List.of(true)));
    assertThat(in.available(), is(0));
  }

  @Test
  void itIsAsDeterministicAsTheCoderOfItsRow() throws NonDeterministicException {
    RowChangeCoder.of(SingleObjectCoder.of(WrittenFiles.class)).verifyDeterministic();
    CODER.verifyDeterministic();
    assertThrows(
        NonDeterministicException.class,
        () -> RowChangeCoder.of(AvroCoder.of(EveryColumn.SCHEMA)).verifyDeterministic());
  }

  @Test
  void codersOfEqualRowCodersAreEqual() {
    assertThat(CODER, is(RowChangeCoder.of(AvroCoder.of(Payments.SCHEMA))));
    assertThat(CODER.getCoderArguments(), is(List.of(ROW)));
  }

  @Test
  void aChangeNeedsARowAndAPosition() {
    assertThrows(NullPointerException.class, () -> change(false, null));
    assertThrows(
        NullPointerException.class,
        () -> RowChange.<GenericRecord>delete(null, new Position(1, 1)));
  }

  private static RowChange<GenericRecord> change(boolean delete, Position position) {
    GenericRecord row = Payments.payment("p1", "a", 250, 0);
    return delete ? RowChange.delete(row, position) : RowChange.upsert(row, position);
  }
}
