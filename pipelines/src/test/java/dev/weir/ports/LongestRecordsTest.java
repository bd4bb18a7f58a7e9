package dev.weir.ports;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.lessThan;

import dev.weir.card.CustomerDeletion;
import dev.weir.card.CustomerRemoval;
import dev.weir.card.EnrichedTransaction;
import dev.weir.card.Transaction;
import dev.weir.encoding.PlainJson;
import dev.weir.loan.LoanDecision;
import dev.weir.money.EnrichedMoney;
import dev.weir.record.TextLimit;
import dev.weir.spend.SpendMetrics;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The limits of texts in the inputs keep each record that is published below Kafka's own limit. */
class LongestRecordsTest {
  /** Kafka's default of max.request.size is 1,048,576, of which some is for the request itself. */
  private static final int MOST = 1_000_000;

  private static final Set<String> IDS =
      Set.of("request_id", "txn_id", "account_number", "id", "userId", "userSessionId");

  static List<Schema> published() {
    return List.of(
        LoanDecision.getClassSchema(),
        Transaction.getClassSchema(),
        EnrichedTransaction.getClassSchema(),
        SpendMetrics.getClassSchema(),
        CustomerRemoval.getClassSchema(),
        CustomerDeletion.getClassSchema(),
        EnrichedMoney.getClassSchema());
  }

  @ParameterizedTest
  @MethodSource("published")
  void aRecordOfTheLongestAndWorstTextsFits(Schema schema) {
    for (String worst : new String[] {"\u0001", "\"", "\u6708", "\u00e9", "\ud83d\ude00"}) {
      IndexedRecord record = longest(schema, worst);
      int value = PlainJson.write(record).length;

      assertThat(schema.getName(), value + key(record), lessThan(MOST));
    }
  }

  /** At least as long as any key: all texts of up to four columns, each of them escaped. */
  private static int key(IndexedRecord record) {
    return Stream.of("request_id", "txn_id", "account_number", "userId", "currency")
        .filter(name -> record.getSchema().getField(name) != null)
        .map(name -> record.get(record.getSchema().getField(name).pos()).toString())
        .mapToInt(text -> 2 * text.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  private static IndexedRecord longest(Schema schema, String worst) {
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), longest(field, field.schema(), worst));
    }
    return record;
  }

  private static Object longest(Schema.Field field, Schema schema, String worst) {
    return switch (schema.getType()) {
      case UNION ->
          longest(
              field,
              schema.getTypes().stream()
                  .filter(branch -> branch.getType() != Type.NULL)
                  .findFirst()
                  .orElseThrow(),
              worst);
      case RECORD -> longest(schema, worst);
      case ENUM -> SpecificData.get().getClass(schema).getEnumConstants()[0];
      case BYTES -> new BigDecimal("-99999999999999999999999999999999999999.99");
      case LONG ->
          schema.getLogicalType() == null ? (Object) Long.MIN_VALUE : Instant.EPOCH.plusNanos(1);
      case INT -> Integer.MIN_VALUE;
      case DOUBLE -> -Double.MAX_VALUE;
      case BOOLEAN -> false;
      case STRING -> text(field, worst);
      default -> throw new IllegalArgumentException(schema.toString());
    };
  }

  private static String text(Schema.Field field, String worst) {
    if (Boolean.TRUE.equals(field.getObjectProp("json"))) {
      boolean isThing = field.name().endsWith("Thing");
      // Already JSON: escape sequences count as written.
      return isThing
          ? repeated(worst.equals("\u0001") || worst.equals("\"") ? "x" : worst, TextLimit.JSON)
          : "-999999999999999999.999999999";
    }
    return repeated(worst, IDS.contains(field.name()) ? TextLimit.ID : TextLimit.TEXT);
  }

  private static String repeated(String text, TextLimit limit) {
    return text.repeat(limit.characters() / text.length());
  }
}
