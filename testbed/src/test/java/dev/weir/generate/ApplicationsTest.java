package dev.weir.generate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.generate.MadeUpRecord.Kind;
import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.AvroRuntimeException;
import org.junit.jupiter.api.Test;

class ApplicationsTest {
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Applications applications = Applications.seeded(7, NOON);
  private final Applications mixed = applications.withDuplicates(0.02).withMalformed(0.01);

  @Test
  void aSeedAlwaysGivesTheSameBytes() {
    assertThat(fingerprints(mixed, 5000), is(fingerprints(mixed, 5000)));
    assertThat(fingerprints(mixed.inJson(), 5000), is(fingerprints(mixed.inJson(), 5000)));
  }

  @Test
  void anotherSeedGivesOtherApplicationsUnderOtherIds() {
    Set<String> ids = new HashSet<>();
    first(1000, mixed).forEach(record -> ids.add(record.requestId()));

    first(1000, Applications.seeded(8, NOON))
        .forEach(record -> assertThat(ids.contains(record.requestId()), is(false)));
  }

  @Test
  void sharesAreAsConfigured() {
    int[] counts = new int[Kind.values().length];
    first(100_000, mixed).forEach(record -> counts[record.kind().ordinal()]++);

    assertThat((double) counts[Kind.DUPLICATE.ordinal()], closeTo(2000, 200));
    assertThat((double) counts[Kind.MALFORMED.ordinal()], closeTo(1000, 150));
  }

  @Test
  void withoutSharesEveryRecordIsFresh() {
    assertThat(
        first(1000, applications).map(MadeUpRecord::kind).distinct().toList(),
        contains(Kind.FRESH));
  }

  @Test
  void idsRepeatOnlyInDuplicates() {
    Set<String> ids = new HashSet<>();

    first(20_000, mixed)
        .filter(record -> record.kind() != Kind.DUPLICATE)
        .forEach(record -> assertThat(record.toString(), ids.add(record.requestId())));
  }

  @Test
  void aDuplicateIsOneOfTheThousandFreshRecordsBefore() {
    Deque<MadeUpRecord> recent = new ArrayDeque<>();

    first(10_000, applications.withDuplicates(0.3).withMalformed(0.1))
        .forEach(
            record -> {
              if (record.kind() == Kind.FRESH) {
                recent.addLast(record);
                if (recent.size() > 1000) {
                  recent.removeFirst();
                }
              } else if (record.kind() == Kind.DUPLICATE) {
                assertThat(
                    record.toString(),
                    recent.stream()
                        .anyMatch(
                            earlier ->
                                earlier.requestId().equals(record.requestId())
                                    && earlier.value() == record.value()
                                    && earlier.ts().equals(record.ts())));
              }
            });
  }

  @Test
  void freshRecordsKeepTheContractAndHaveNoRealSsn() throws IOException {
    for (MadeUpRecord record : first(5000, applications).toList()) {
      LoanApplication application = decode(record.value());

      assertThat(application, is(record.application()));
      assertThat(breaches(application), is(empty()));
      assertThat(new String(record.key(), UTF_8), is(application.getRequestId()));
      assertThat(record.ts(), is(application.getTs()));
      assertThat(application.getSsn(), matchesPattern("9\\d\\d-[0-4]\\d-\\d{4}"));
      assertThat(application.getAmount() >= 100 && application.getAmount() <= 5000, is(true));
    }
  }

  @Test
  void bothTypesOfApplicantAreEquallyLikely() {
    long known =
        first(10_000, applications)
            .filter(record -> record.application().getApplicantType().equals("KNOWN"))
            .count();

    assertThat((double) known, closeTo(5000, 250));
  }

  @Test
  void timesAreOnePeriodApart() {
    assertThat(
        first(4, applications.withRate(4)).map(MadeUpRecord::ts).toList(),
        contains(NOON, NOON.plusMillis(250), NOON.plusMillis(500), NOON.plusMillis(750)));
    assertThat(
        first(5001, applications.withRate(5000)).skip(5000).map(MadeUpRecord::ts).toList(),
        contains(NOON.plusSeconds(1)));
  }

  @Test
  void jsonAndAvroCarryTheSameValues() throws IOException {
    Iterator<MadeUpRecord> avro = mixed.iterator();
    Iterator<MadeUpRecord> json = mixed.inJson().iterator();
    for (int i = 0; i < 5000; i++) {
      MadeUpRecord fromAvro = avro.next();
      MadeUpRecord fromJson = json.next();

      assertThat(fromJson.kind(), is(fromAvro.kind()));
      assertThat(fromJson.requestId(), is(fromAvro.requestId()));
      assertThat(fromJson.application(), is(fromAvro.application()));
      if (fromAvro.kind() != Kind.MALFORMED) {
        LoanApplication expected = decode(fromAvro.value());
        JsonNode actual = JSON.readTree(fromJson.value());
        assertThat(actual.get("request_id").textValue(), is(expected.getRequestId()));
        assertThat(actual.get("applicant_type").textValue(), is(expected.getApplicantType()));
        assertThat(actual.get("amount").doubleValue(), is(expected.getAmount()));
        assertThat(actual.get("ssn").textValue(), is(expected.getSsn()));
        assertThat(Instant.parse(actual.get("ts").textValue()), is(expected.getTs()));
        assertThat(actual.size(), is(5));
      }
    }
  }

  @Test
  void aLineOfJsonHasTheExpectedForm() {
    String line =
        new String(first(1, applications.inJson()).findFirst().orElseThrow().value(), UTF_8);

    assertThat(
        line,
        matchesPattern(
            "\\{\"request_id\":\"7-0\",\"applicant_type\":\"(UN)?KNOWN\","
                + "\"amount\":\\d+\\.\\d{1,2},\"ssn\":\"\\d{3}-\\d\\d-\\d{4}\","
                + "\"ts\":\"2026-01-31T12:00:00Z\"}"));
  }

  @Test
  void malformedRecordsAreMalformedInEveryForm() {
    Set<String> breaches = new HashSet<>();
    for (MadeUpRecord record : first(2000, applications.withMalformed(1)).toList()) {
      assertThat(record.kind(), is(Kind.MALFORMED));
      assertThat(breaches(record.application()), not(empty()));
      breaches.add(String.join(",", breachesOf(record.value())));
    }

    assertThat(breaches, containsInAnyOrder("unreadable", "amount", "type", "ts"));
  }

  @Test
  void malformedLinesAreMalformedAndStayOneLine() {
    List<byte[]> lines =
        first(5000, applications.withMalformed(1).inJson()).map(MadeUpRecord::value).toList();

    for (byte[] line : lines) {
      String text = new String(line, UTF_8);
      assertThat(text.isBlank(), is(false));
      assertThat(text.indexOf('\n') + text.indexOf('\r'), is(-2));
    }
    assertThat(lines.stream().map(ApplicationsTest::isRightJson).toList(), everyItem(is(false)));
    assertThat(
        lines.stream().filter(line -> new String(line, UTF_8).equals("{}")).toList(), not(empty()));
  }

  @Test
  void allButTheFirstMayBeDuplicates() {
    assertThat(
        first(1000, applications.withDuplicates(1))
            .filter(record -> record.kind() == Kind.FRESH)
            .toList(),
        hasSize(1));
  }

  @Test
  void invalidSettingsAreRejected() {
    assertRefused("rate", () -> applications.withRate(0));
    assertRefused("rate", () -> applications.withRate(Double.NaN));
    assertRefused("rate", () -> applications.withRate(Double.POSITIVE_INFINITY));
    assertRefused("duplicates", () -> applications.withDuplicates(-0.1));
    assertRefused("malformed", () -> applications.withMalformed(1.1));
    assertRefused(
        "must not exceed 1 together", () -> applications.withDuplicates(0.6).withMalformed(0.6));
  }

  @Test
  void aRecordPrintsWithoutTheApplicant() {
    MadeUpRecord record = first(1, applications).findFirst().orElseThrow();

    assertThat(record.toString(), not(containsString(record.application().getSsn())));
  }

  private static void assertRefused(String word, Runnable setting) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, setting::run);
    assertThat(refusal.getMessage(), containsString(word));
  }

  private static Stream<MadeUpRecord> first(int count, Applications applications) {
    return StreamSupport.stream(applications.spliterator(), false).limit(count);
  }

  private static List<String> fingerprints(Applications applications, int count) {
    return first(count, applications)
        .map(record -> record + " " + new String(record.value(), ISO_8859_1))
        .toList();
  }

  private static LoanApplication decode(byte[] value) throws IOException {
    return LoanApplication.getDecoder().decode(value);
  }

  private static List<String> breachesOf(byte[] value) {
    try {
      return breaches(decode(value));
    } catch (IOException | AvroRuntimeException e) {
      return List.of("unreadable");
    }
  }

  /** The contract of loan applications, as in docs/loan-decisions.md. */
  private static List<String> breaches(LoanApplication application) {
    BigDecimal amount = BigDecimal.valueOf(application.getAmount());
    List<String> breaches = new ArrayList<>();
    if (amount.signum() <= 0 || amount.compareTo(new BigDecimal("1e9")) > 0) {
      breaches.add("amount");
    }
    if (amount.stripTrailingZeros().scale() > 2) {
      breaches.add("decimals");
    }
    if (!Set.of("KNOWN", "UNKNOWN").contains(application.getApplicantType())) {
      breaches.add("type");
    }
    if (application.getTs().isBefore(Instant.parse("0001-01-01T00:00:00Z"))) {
      breaches.add("ts");
    }
    return breaches;
  }

  private static boolean isRightJson(byte[] line) {
    try {
      JsonNode read = JSON.readTree(line);
      return read.isObject()
          && read.size() == 5
          && breaches(
                  new LoanApplication(
                      read.get("request_id").textValue(),
                      read.get("applicant_type").textValue(),
                      read.get("amount").doubleValue(),
                      read.get("ssn").textValue(),
                      Instant.parse(read.get("ts").textValue())))
              .isEmpty();
    } catch (IOException e) {
      return false;
    }
  }
}
