package dev.weir.savedstate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.card.AccountHolder;
import dev.weir.card.HolderVersion;
import dev.weir.dedup.KeptTimes;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Ssn;
import dev.weir.loan.Status;
import dev.weir.loan.StoredApplication;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.junit.jupiter.api.Test;

/** Each kind of value in state. */
class ValueJsonTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  @Test
  void anAvroRecordIsAnObjectWithItsDecimalsTimesEnumsAndNulls() {
    assertThat(
        json(
            new LoanDecision(
                "r1",
                Status.DENIED,
                "why",
                ApplicantType.UNKNOWN,
                new BigDecimal("1234.50"),
                null,
                NOON)),
        is(
            "{'request_id':'r1','status':'DENIED','reason':'why','applicant_type':'UNKNOWN',"
                + "'amount':1234.50,'score':null,'ts':'2026-01-05T12:00:00Z'}"));
  }

  @Test
  void recordsWithinListsOfARecordArePrinted() {
    AccountHolder holder =
        new AccountHolder(
            List.of(new HolderVersion(5L, "Zoe", "zoe@example.org", null)),
            null,
            7L,
            6L,
            List.of(),
            null,
            null);

    assertThat(
        json(holder),
        is(
            "{'versions':[{'commit_ms':5,'customer_name':'•••','email':'•••','city':null}],"
                + "'forgotten_at':null,'last_commit':7,'last_unmatched':6,'waiting':[],'waits_until':null,"
                + "'sweep_at':null}"));
  }

  @Test
  void noSsnIsPrinted() {
    assertThat(
        json(new StoredApplication("r1", false, 100L, "900-01-0001", 5L, "topic", 0, 3L)),
        is(
            "{'request_id':'r1','known':false,'cents':100,'ssn':'•••','ts':5,'source':'topic',"
                + "'partition':0,'position':3}"));
    assertThat(json(Ssn.of("900-01-0001")), is("'•••'"));
  }

  @Test
  void pairsTimestampedValuesTimesAndCollectionsHaveTheirForm() {
    org.joda.time.Instant noon = org.joda.time.Instant.ofEpochMilli(NOON.toEpochMilli());

    assertThat(json(KV.of("a", 1)), is("{'key':'a','value':1}"));
    assertThat(
        json(TimestampedValue.of(2L, noon)), is("{'timestamp':'2026-01-05T12:00:00Z','value':2}"));
    assertThat(
        json(Arrays.asList(noon, null, true, 1.5, new int[] {1, 2})),
        is("['2026-01-05T12:00:00Z',null,true,1.5,[1,2]]"));
    assertThat(json(Map.of("email", "zoe@example.org")), is("{'email':'•••'}"));
  }

  @Test
  void textThatIsJsonBySchemaIsPrintedAsSuch() {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Some", "fields": [
                  {"name": "amount", "type": "string", "json": true},
                  {"name": "thing", "type": ["null", "string"], "json": true},
                  {"name": "note", "type": "string"}]}""");
    GenericRecord some = new GenericData.Record(schema);
    some.put("amount", "12.50");
    some.put("thing", "{\"phone\": \"555\", \"n\": [1, null]}");
    some.put("note", "{}");

    assertThat(json(some), is("{'amount':12.50,'thing':{'phone':'•••','n':[1,null]},'note':'{}'}"));
    some.put("thing", "no JSON");
    assertThat(json(some), is("{'amount':12.50,'thing':'no JSON','note':'{}'}"));
  }

  @Test
  void bytesAreCountedAndEncoded() {
    assertThat(json("Weir".getBytes(UTF_8)), is("{'bytes':4,'base64':'V2Vpcg=='}"));
    assertThat(
        json(ByteBuffer.wrap("Weir".getBytes(UTF_8))), is("{'bytes':4,'base64':'V2Vpcg=='}"));
  }

  @Test
  void javaRecordsAndClassesWithoutToStringArePrintedByField() {
    assertThat(
        json(new Pair("zoe@example.org", new Plain(3))), is("{'email':'•••','plain':{'count':3}}"));
    assertThat(json(new Named()), is("'by name'"));
  }

  @Test
  void anEmptyListOfARecordIsAnEmptyArray() {
    assertThat(json(new KeptTimes(List.of(), 9L)), is("{'times':[],'until':9}"));
  }

  private static String json(Object value) {
    return ValueJson.of(value).toString().replace('"', '\'');
  }

  private record Pair(String email, Plain plain) {}

  private static final class Plain {
    private final int count;

    Plain(int count) {
      this.count = count;
    }
  }

  private static final class Named {
    @Override
    public String toString() {
      return "by name";
    }
  }
}
