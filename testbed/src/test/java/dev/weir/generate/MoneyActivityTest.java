package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.weir.generate.MoneyRecord.Kind;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoneyActivityTest {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(new JsonNodeFactory(true));
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);

  /** Knows four of five ids. */
  private static final Function<String, Optional<String>> COUNTRIES =
      id ->
          List.of("UY", "AR", "BR", "PE").stream()
              .skip(Math.floorMod(id.hashCode(), 5))
              .findFirst();

  private static final MoneyActivity ACTIVITY = MoneyActivity.seeded(7, NOON, COUNTRIES);

  /** Half a week with many events of every kind. */
  private static final MoneyActivity DAYS =
      ACTIVITY.withRate(0.5).withUsers(200).withLate(0.03).withDuplicates(0.05).withMalformed(0.02);

  @Test
  void theSameSeedGivesTheSameBytes() {
    List<MoneyRecord> one = first(DAYS, 20_000);
    List<MoneyRecord> other = first(DAYS, 20_000);

    for (int n = 0; n < one.size(); n++) {
      assertThat(other.get(n).toString(), is(one.get(n).toString()));
      assertThat(other.get(n).value(), is(one.get(n).value()));
    }
  }

  @Test
  void anotherSeedGivesOtherIdsAndUsers() {
    Set<String> ids = idsAndUsers(first(ACTIVITY, 5_000));
    ids.retainAll(idsAndUsers(first(MoneyActivity.seeded(8, NOON, COUNTRIES), 5_000)));

    assertThat(ids, is(Set.of()));
  }

  @Test
  void recordsBeginAtTheStartAndComeAtTheRate() {
    List<MoneyRecord> records = first(ACTIVITY.withRate(4).withDisorder(Duration.ZERO), 2_000);

    for (int n = 0; n < records.size(); n++) {
      MoneyRecord record = records.get(n);
      assertThat(record.at(), is(greaterThanOrEqualTo(NOON)));
      if (record.stream() == MoneyStream.USERS && record.kind() == Kind.EVENT) {
        assertThat(record.at(), is(NOON.plusMillis(250L * n)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.02, 0.5, 10, 3_000})
  void onlyLateRecordsAndDuplicatesAreFurtherBehindThanTheDisorder(double rate) {
    Duration disorder = Duration.ofSeconds(15);
    int count = Math.max(30_000, (int) (2 * disorder.toSeconds() * rate));
    Map<MoneyStream, Instant> latest = new EnumMap<>(MoneyStream.class);
    Duration furthest = Duration.ZERO;
    for (MoneyRecord record : first(DAYS.withRate(rate), count)) {
      Instant before = latest.getOrDefault(record.stream(), record.at());
      Duration behind = Duration.between(record.at(), before);
      if (record.kind() == Kind.LATE) {
        assertThat(behind, is(greaterThan(MoneyActivity.ON_TIME)));
      } else if (record.kind() != Kind.DUPLICATE) {
        assertThat(record.toString(), behind, is(lessThanOrEqualTo(disorder)));
        furthest = behind.compareTo(furthest) > 0 ? behind : furthest;
      }
      if (record.at().isAfter(before) || before.equals(record.at())) {
        latest.put(record.stream(), record.at());
      }
    }
    // Records that lie further apart than the disorder are in order.
    if (rate >= 0.5) {
      assertThat(furthest, is(greaterThan(disorder.minusSeconds(5))));
    }
  }

  @Test
  void aLateRecordIsLateAmongTheRecordsOfItsUser() {
    Map<String, Instant> latest = new HashMap<>();
    int late = 0;
    for (MoneyRecord record : first(DAYS, 20_000)) {
      String key = record.stream() + record.userId();
      if (record.kind() == Kind.LATE) {
        Duration behind = Duration.between(record.at(), latest.get(key));
        assertThat(behind, is(greaterThan(MoneyActivity.ON_TIME)));
        assertThat(behind, is(lessThanOrEqualTo(MoneyActivity.ON_TIME.plus(MoneyActivity.LATEST))));
        late++;
      } else if (record.kind() == Kind.EVENT) {
        latest.merge(key, record.at(), (a, b) -> a.isAfter(b) ? a : b);
      }
    }
    assertThat(late, is(greaterThan(200)));
  }

  @Test
  void withoutDisorderAndLateRecordsEveryStreamIsInOrder() {
    Map<MoneyStream, Instant> latest = new EnumMap<>(MoneyStream.class);
    for (MoneyRecord record :
        first(ACTIVITY.withDisorder(Duration.ZERO).withLate(0).withDuplicates(0), 20_000)) {
      Instant before = latest.put(record.stream(), record.at());
      assertThat(record.at(), is(greaterThanOrEqualTo(before == null ? NOON : before)));
    }
  }

  @Test
  void theSharesAreAsConfigured() {
    MoneyActivity activity =
        ACTIVITY.withLate(0.04).withDuplicates(0.1).withMalformed(0.05).withUsers(20);
    List<MoneyRecord> records = first(activity, 100_000);

    assertThat(share(records, r -> r.kind() == Kind.DUPLICATE), is(closeTo(0.1, 0.003)));
    assertThat(share(records, r -> r.kind() == Kind.MALFORMED), is(closeTo(0.05, 0.003)));
    List<MoneyRecord> payments = fresh(records, MoneyStream.WALLET);
    assertThat(share(payments, r -> r.kind() == Kind.LATE), is(closeTo(0.04, 0.003)));
    assertThat(share(payments, r -> session(r) == null), is(closeTo(0.05, 0.003)));
    assertThat(
        share(payments, r -> read(r).get("isOldMoneyEvent").booleanValue()),
        is(closeTo(0.02, 0.003)));
  }

  @Test
  void theDefaultsAreAsDescribed() {
    List<MoneyRecord> records = first(ACTIVITY, 100_000);

    assertThat(share(records, r -> r.kind() == Kind.LATE), is(closeTo(0.005, 0.0008)));
    assertThat(share(records, r -> r.kind() == Kind.DUPLICATE), is(closeTo(0.01, 0.001)));
    assertThat(share(records, r -> r.kind() == Kind.MALFORMED), is(closeTo(0.0015, 0.0004)));
    assertThat(
        records.stream().map(MoneyRecord::userId).collect(Collectors.toSet()).size(), is(100));
  }

  @Test
  void aDuplicateIsTheBytesOfAnEarlierRecordOfItsStreamWithinADay() {
    Map<String, MoneyRecord> sent = new HashMap<>();
    TreeMap<Duration, Integer> ages = new TreeMap<>();
    Instant now = NOON;
    for (MoneyRecord record : first(DAYS.withRate(0.1), 50_000)) {
      String bytes = new String(record.value(), UTF_8);
      if (record.kind() == Kind.DUPLICATE) {
        MoneyRecord original = sent.get(bytes);
        assertThat(bytes, original, is(notNullValue()));
        assertThat(record.stream(), is(original.stream()));
        assertThat(record.userId(), is(original.userId()));
        assertThat(record.at(), is(original.at()));
        ages.merge(Duration.between(record.at(), now), 1, Integer::sum);
      } else if (record.kind() == Kind.EVENT || record.kind() == Kind.LATE) {
        assertThat(bytes, sent.put(bytes, record) == null, is(true));
      }
      now = record.at().isAfter(now) ? record.at() : now;
    }
    assertThat(ages.lastKey(), is(lessThan(DAY)));
    assertThat(ages.lastKey(), is(greaterThan(Duration.ofHours(20))));
    assertThat(ages.firstKey(), is(lessThan(Duration.ofMinutes(1))));
  }

  @Test
  void everyIdIsUsedOnce() {
    Set<String> ids = new HashSet<>();
    for (MoneyRecord record : first(DAYS, 50_000)) {
      if (record.kind() == Kind.EVENT || record.kind() == Kind.LATE) {
        assertThat(ids.add(read(record).get("id").textValue()), is(true));
      }
    }
  }

  @Test
  void everyEventKeepsItsContract() {
    for (MoneyRecord record : first(DAYS, 20_000)) {
      if (record.kind() == Kind.MALFORMED) {
        continue;
      }
      JsonNode event = read(record);
      Set<String> fields = new TreeSet<>();
      event.fieldNames().forEachRemaining(fields::add);
      assertThat(event.get("userId").textValue(), is(record.userId()));
      assertThat(Instant.parse(event.get("processedAt").textValue()), is(record.at()));
      assertThat(event.get("id").isTextual(), is(true));
      String type = event.get("type").textValue();
      Set<String> expected = new TreeSet<>(Set.of("type", "id", "userId", "processedAt"));
      switch (type) {
        case "PaymentEvent", "TransactionEvent" -> {
          boolean payment = type.equals("PaymentEvent");
          expected.addAll(
              Set.of(
                  "amount",
                  "currency",
                  "openingBalance",
                  "closingBalance",
                  "moneyType",
                  payment ? "paymentRelatedThing" : "transactionRelatedThing",
                  "isOldMoneyEvent"));
          fields.remove("userSessionId");
          assertThat(
              event.get("closingBalance").decimalValue(),
              is(
                  payment
                      ? event
                          .get("openingBalance")
                          .decimalValue()
                          .subtract(event.get("amount").decimalValue())
                      : event
                          .get("openingBalance")
                          .decimalValue()
                          .add(event.get("amount").decimalValue())));
          assertThat(event.get("amount").decimalValue().scale(), is(2));
          assertThat(event.get("amount").decimalValue().signum(), is(1));
          assertThat(event.get("closingBalance").decimalValue().signum() >= 0, is(true));
        }
        case "ChangeAddressEvent" ->
            expected.addAll(Set.of("address", "residentCountryCode", "postalCode"));
        case "ChangeBirthDateEvent" -> expected.addAll(Set.of("birthYear", "birthCityPlace"));
        case "ChangeLanguageEvent" -> expected.add("language");
        case "UserSessionCreatedEvent" -> expected.add("clientCountryCode");
        default -> assertThat(type, is("UserSessionClosedEvent"));
      }
      assertThat(type, fields, is(expected));
      assertThat(
          type,
          record.kind() == Kind.IGNORED,
          is(type.equals("UserSessionClosedEvent") || type.equals("ChangeLanguageEvent")));
    }
  }

  @Test
  void everyKindOfRecordAndContentOccurs() {
    List<MoneyRecord> records = first(DAYS.withUsers(60), 50_000);

    Map<MoneyStream, Set<Kind>> kinds = new EnumMap<>(MoneyStream.class);
    Set<String> types = new TreeSet<>();
    Set<String> moneyTypes = new TreeSet<>();
    for (MoneyRecord record : records) {
      kinds.computeIfAbsent(record.stream(), s -> new TreeSet<>()).add(record.kind());
      if (record.kind() != Kind.MALFORMED) {
        types.add(read(record).get("type").textValue());
        moneyTypes.add(read(record).path("moneyType").asText());
      }
    }
    Set<Kind> wallet = new TreeSet<>(Set.of(Kind.values()));
    wallet.remove(Kind.IGNORED);
    assertThat(
        kinds,
        is(
            Map.of(
                MoneyStream.WALLET, wallet,
                MoneyStream.USERS, Set.of(Kind.values()),
                MoneyStream.SESSIONS, Set.of(Kind.values()))));
    assertThat(
        types,
        is(
            Set.of(
                "PaymentEvent",
                "TransactionEvent",
                "ChangeAddressEvent",
                "ChangeBirthDateEvent",
                "ChangeLanguageEvent",
                "UserSessionCreatedEvent",
                "UserSessionClosedEvent")));
    assertThat(moneyTypes, is(Set.of("", "CASH", "BONUS", "CREDIT", "POINTS")));
    List<MoneyRecord> changes = fresh(records, MoneyStream.USERS);
    Set<String> moved = usersWith(changes, "residentCountryCode");
    Set<String> born = usersWith(changes, "birthYear");
    assertThat("users without an address", moved.size(), is(48));
    assertThat("users without a birth year", born.size(), is(40));
    assertThat(share(changes, r -> read(r).path("birthYear").isNull()), is(greaterThan(0.0)));
    assertThat(
        share(changes, r -> read(r).path("residentCountryCode").isNull()), is(greaterThan(0.0)));
    List<MoneyRecord> payments = fresh(records, MoneyStream.WALLET);
    assertThat(share(payments, r -> !read(r).has("userSessionId")), is(closeTo(0.025, 0.004)));
    assertThat(
        share(payments, r -> read(r).path("userSessionId").isNull()), is(closeTo(0.025, 0.004)));
  }

  @Test
  void aSessionHasTheCountryThatTheServiceReturns() {
    for (MoneyRecord record : first(DAYS, 50_000)) {
      if (record.stream() == MoneyStream.SESSIONS
          && (record.kind() == Kind.EVENT || record.kind() == Kind.LATE)) {
        String country = read(record).get("clientCountryCode").textValue();
        assertThat(country, is(notNullValue()));
        assertThat(country, is(COUNTRIES.apply(read(record).get("id").textValue()).orElseThrow()));
      }
    }
  }

  @Test
  void paymentsHaveEveryRelationToTheirSession() {
    List<MoneyRecord> records = first(DAYS, 150_000);
    Map<String, Instant> sessions = new HashMap<>();
    Map<String, String> owners = new HashMap<>();
    for (MoneyRecord session : fresh(records, MoneyStream.SESSIONS)) {
      sessions.put(read(session).get("id").textValue(), session.at());
      owners.put(read(session).get("id").textValue(), session.userId());
    }
    Map<String, Integer> relations = new TreeMap<>();
    for (MoneyRecord payment : fresh(records, MoneyStream.WALLET)) {
      String id = session(payment);
      if (id == null || payment.kind() == Kind.LATE) {
        continue;
      }
      Instant opened = sessions.get(id);
      String relation;
      if (opened == null) {
        relation = COUNTRIES.apply(id).isEmpty() ? "unknown" : "only known to the service";
      } else {
        assertThat(owners.get(id), is(payment.userId()));
        assertThat(
            Duration.between(payment.at(), opened),
            is(lessThanOrEqualTo(MoneyActivity.SESSION_AFTER_PAYMENT)));
        Duration age = Duration.between(opened, payment.at());
        relation =
            age.isNegative()
                ? age.abs().toMinutes() >= 3 ? "long before it" : "before it"
                : age.isZero() ? "at once" : age.compareTo(DAY) < 0 ? "in it" : "over";
      }
      relations.merge(relation, 1, Integer::sum);
    }
    assertThat(
        relations.keySet(),
        is(
            Set.of(
                "unknown",
                "only known to the service",
                "long before it",
                "before it",
                "at once",
                "in it",
                "over")));
    assertThat(relations.values(), everyItem(is(greaterThan(20))));
  }

  @Test
  void someEventsOfAUserHaveTheSameTime() {
    Map<String, Set<MoneyStream>> at = new HashMap<>();
    for (MoneyRecord record : first(DAYS, 20_000)) {
      if (record.kind() == Kind.EVENT) {
        at.computeIfAbsent(record.userId() + record.at(), key -> new TreeSet<>())
            .add(record.stream());
      }
    }
    assertThat(
        Set.copyOf(at.values())
            .containsAll(
                List.of(
                    Set.of(MoneyStream.WALLET, MoneyStream.USERS),
                    Set.of(MoneyStream.WALLET, MoneyStream.SESSIONS))),
        is(true));
  }

  @Test
  void malformedRecordsAreOneLineThatIsNotAnEvent() {
    int malformed = 0;
    for (MoneyRecord record : first(ACTIVITY.withMalformed(0.5), 20_000)) {
      String line = new String(record.value(), UTF_8);
      assertThat(line.chars().anyMatch(c -> c == '\n' || c == '\r'), is(false));
      assertThat(record.value().length, is(greaterThan(0)));
      assertThat(record.toString(), isEvent(record.value()), is(record.kind() != Kind.MALFORMED));
      malformed += record.kind() == Kind.MALFORMED ? 1 : 0;
    }
    assertThat(malformed, is(greaterThan(9_000)));
  }

  @ParameterizedTest
  @EnumSource(MoneyMalformation.class)
  void everyMalformationMakesEveryEventUnreadable(MoneyMalformation way) {
    Random random = new Random(7);
    MoneyEvents events = new MoneyEvents(random);
    for (int n = 0; n < 500; n++) {
      assertThat(
          isEvent(
              way.spoil(
                  events.money("e1", "user-1", "s1", NOON, 100_00, 1_00, true, false), random)),
          is(false));
      assertThat(isEvent(way.spoil(events.addressChange("e1", "user-1", NOON), random)), is(false));
    }
  }

  @Test
  void recordsPrintWithoutPersonalData() {
    for (MoneyRecord record : first(ACTIVITY, 2_000)) {
      if (record.kind() == Kind.EVENT && record.stream() == MoneyStream.USERS) {
        for (String field : List.of("address", "postalCode", "birthYear", "birthCityPlace")) {
          if (read(record).hasNonNull(field)) {
            assertThat(record.toString(), not(containsString(read(record).get(field).asText())));
          }
        }
      }
    }
  }

  @Test
  void invalidSettingsAreRejected() {
    for (Runnable setting :
        List.<Runnable>of(
            () -> ACTIVITY.withRate(0),
            () -> ACTIVITY.withRate(Double.POSITIVE_INFINITY),
            () -> ACTIVITY.withUsers(0),
            () -> ACTIVITY.withDisorder(Duration.ofMillis(-1)),
            () -> ACTIVITY.withDisorder(Duration.ofMillis(20_001)),
            () -> ACTIVITY.withLate(-0.1),
            () -> ACTIVITY.withDuplicates(Double.NaN),
            () -> ACTIVITY.withMalformed(1.1),
            () -> ACTIVITY.withDuplicates(0.6).withMalformed(0.6),
            () -> first(MoneyActivity.seeded(7, NOON, id -> Optional.empty()), 100))) {
      assertThrows(IllegalArgumentException.class, setting::run);
    }
  }

  private static List<MoneyRecord> first(MoneyActivity activity, int count) {
    List<MoneyRecord> records = new ArrayList<>(count);
    Iterator<MoneyRecord> all = activity.iterator();
    for (int n = 0; n < count; n++) {
      records.add(all.next());
    }
    return records;
  }

  private static List<MoneyRecord> fresh(List<MoneyRecord> records, MoneyStream stream) {
    return records.stream()
        .filter(r -> r.stream() == stream && (r.kind() == Kind.EVENT || r.kind() == Kind.LATE))
        .toList();
  }

  private static JsonNode read(MoneyRecord record) {
    try {
      return JSON.readTree(record.value());
    } catch (IOException e) {
      throw new IllegalStateException(record.toString(), e);
    }
  }

  private static String session(MoneyRecord payment) {
    return read(payment).path("userSessionId").textValue();
  }

  private static Set<String> usersWith(List<MoneyRecord> changes, String field) {
    return changes.stream()
        .filter(change -> read(change).hasNonNull(field))
        .map(MoneyRecord::userId)
        .collect(Collectors.toSet());
  }

  private static Set<String> idsAndUsers(List<MoneyRecord> records) {
    Set<String> found = new HashSet<>();
    for (MoneyRecord record : records) {
      found.add(record.userId());
      if (record.kind() != Kind.MALFORMED) {
        found.add(read(record).get("id").textValue());
      }
    }
    return found;
  }

  private static <T> double share(List<T> all, Predicate<T> condition) {
    return (double) all.stream().filter(condition).count() / all.size();
  }

  /** As lenient as a reader could be. */
  private static boolean isEvent(byte[] value) {
    try {
      JsonNode event = JSON.readTree(value);
      if (!event.isObject()) {
        return false;
      }
      for (String field : List.of("type", "id", "userId", "processedAt")) {
        if (!event.path(field).isTextual()) {
          return false;
        }
      }
      Instant.parse(event.get("processedAt").textValue());
      return true;
    } catch (IOException | DateTimeException e) {
      return false;
    }
  }
}
