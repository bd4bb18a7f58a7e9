package dev.weir.money;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of each field of the three streams. */
class EventReaderTest {
  private static final String PAYMENT =
      "{\"type\":\"PaymentEvent\",\"id\":\"p1\",\"userId\":\"ann\",\"userSessionId\":\"s1\","
          + "\"processedAt\":\"2026-01-05T12:00:00.123456Z\",\"amount\":12.50,"
          + "\"currency\":\"UYU\",\"openingBalance\":100.00,\"closingBalance\":87.50,"
          + "\"moneyType\":\"CASH\",\"paymentRelatedThing\":{\"secret\":[1.50,null]},"
          + "\"isOldMoneyEvent\":false}";
  private static final String TRANSACTION =
      PAYMENT.replace("Payment", "Transaction").replace("payment", "transaction");
  private static final String ADDRESS =
      "{\"type\":\"ChangeAddressEvent\",\"id\":\"a1\",\"userId\":\"ann\","
          + "\"processedAt\":\"2026-01-05T12:00:00.123456Z\",\"address\":\"secret 1\","
          + "\"residentCountryCode\":\"UY\",\"postalCode\":\"secret\"}";
  private static final String BIRTH =
      "{\"type\":\"ChangeBirthDateEvent\",\"id\":\"b1\",\"userId\":\"ann\","
          + "\"processedAt\":\"2026-01-05T12:00:00.123456Z\",\"birthYear\":1987,"
          + "\"birthCityPlace\":\"secret\"}";
  private static final String SESSION =
      "{\"type\":\"UserSessionCreatedEvent\",\"id\":\"s1\",\"userId\":\"ann\","
          + "\"processedAt\":\"2026-01-05T12:00:00.123456Z\",\"clientCountryCode\":\"BR\"}";
  private static final String UPPER = "0D9C1E52-7B3F-4A68-8C15-F2A90B6E4D71";
  private static final String LOWER = "0d9c1e52-7b3f-4a68-8c15-f2a90b6e4d71";
  private static final long TIME = Instant.parse("2026-01-05T12:00:00.123Z").toEpochMilli();

  @Test
  void aPaymentHasAllItsFields() throws UnreadableRecord {
    assertThat(EventReader.wallet(raw(PAYMENT)), is(wallet("p1", money("PaymentEvent"))));
  }

  @Test
  void aTransactionHasAllItsFields() throws UnreadableRecord {
    MoneyEvent money = money("TransactionEvent");
    money.setTransactionRelatedThing(money.getPaymentRelatedThing());
    money.setPaymentRelatedThing(null);

    assertThat(EventReader.wallet(raw(TRANSACTION)), is(wallet("p1", money)));
  }

  @Test
  void aChangeOfAddressIsItsCountry() throws UnreadableRecord {
    assertThat(
        EventReader.users(raw(ADDRESS)), is(stored(Stream.USERS, "a1", new AddressChange("UY"))));
  }

  @Test
  void aChangeOfBirthDateIsItsYear() throws UnreadableRecord {
    assertThat(
        EventReader.users(raw(BIRTH)), is(stored(Stream.USERS, "b1", new BirthDateChange(1987))));
  }

  @Test
  void aSessionIsItsCountry() throws UnreadableRecord {
    assertThat(
        EventReader.sessions(raw(SESSION)),
        is(stored(Stream.SESSIONS, "s1", new SessionCreation("BR"))));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "type, absent, MISSING_FIELD, type is missing",
        "type, null, MISSING_FIELD, type is missing",
        "type, 7, WRONG_TYPE, type is not a string",
        "type, \"\\ud800\", INVALID_VALUE, type is not Unicode text",
        "id, absent, MISSING_FIELD, id is missing",
        "id, null, MISSING_FIELD, id is missing",
        "id, \" \", MISSING_FIELD, id is missing",
        "id, 7, WRONG_TYPE, id is not a string",
        "id, {}, WRONG_TYPE, id is not a string",
        "id, \"secret\\udc00\", INVALID_VALUE, id is not Unicode text",
        "userId, absent, MISSING_FIELD, userId is missing",
        "userId, null, MISSING_FIELD, userId is missing",
        "userId, \"\", MISSING_FIELD, userId is missing",
        "userId, [\"secret\"], WRONG_TYPE, userId is not a string",
        "userId, \"\\ud83d\", INVALID_VALUE, userId is not Unicode text",
        "userSessionId, 7, WRONG_TYPE, userSessionId is not a string",
        "userSessionId, \"\\ud83d\", INVALID_VALUE, userSessionId is not Unicode text",
        "processedAt, absent, MISSING_FIELD, processedAt is missing",
        "processedAt, null, MISSING_FIELD, processedAt is missing",
        "processedAt, \"\", MISSING_FIELD, processedAt is missing",
        "processedAt, 1767614400.5, WRONG_TYPE,"
            + " processedAt is neither a string nor a whole number of milliseconds",
        "processedAt, 1.7676144e12, WRONG_TYPE,"
            + " processedAt is neither a string nor a whole number of milliseconds",
        "processedAt, true, WRONG_TYPE,"
            + " processedAt is neither a string nor a whole number of milliseconds",
        "processedAt, \"secret\", WRONG_TYPE,"
            + " processedAt is not an ISO-8601 time with an offset",
        "processedAt, \"1767614400123\", WRONG_TYPE,"
            + " processedAt is not an ISO-8601 time with an offset",
        "processedAt, \"2026-01-05T12:00:00\", WRONG_TYPE,"
            + " processedAt is not an ISO-8601 time with an offset",
        "processedAt, \"2026-01-05T12:00:00+01:00[Europe/Paris]\", WRONG_TYPE,"
            + " processedAt is not an ISO-8601 time with an offset",
        "processedAt, -1, INVALID_VALUE, processedAt is outside the years 1970 to 9999",
        "processedAt, 253402300800000, INVALID_VALUE,"
            + " processedAt is outside the years 1970 to 9999",
        "processedAt, 99999999999999999999, INVALID_VALUE,"
            + " processedAt is outside the years 1970 to 9999",
        "processedAt, \"1970-01-01T00:59:59+01:00\", INVALID_VALUE,"
            + " processedAt is outside the years 1970 to 9999",
        "processedAt, \"1969-12-31T23:59:59.999Z\", INVALID_VALUE,"
            + " processedAt is outside the years 1970 to 9999",
        "processedAt, \"+10000-01-01T00:00:00Z\", INVALID_VALUE,"
            + " processedAt is outside the years 1970 to 9999",
        "amount, absent, MISSING_FIELD, amount is missing",
        "amount, null, MISSING_FIELD, amount is missing",
        "amount, \"\", WRONG_TYPE, amount is not a number",
        "amount, \"secret\", WRONG_TYPE, amount is not a number",
        "amount, \"12 50\", WRONG_TYPE, amount is not a number",
        "amount, \" 12.50\", WRONG_TYPE, amount is not a number",
        "amount, \"NaN\", WRONG_TYPE, amount is not a number",
        "amount, \"0x10\", WRONG_TYPE, amount is not a number",
        "amount, \"1e99999999999\", WRONG_TYPE, amount is not a number",
        "amount, \"1\\ud800\", INVALID_VALUE, amount is not Unicode text",
        "amount, \"1000000000000000000\", INVALID_VALUE,"
            + " amount has more than 18 digits or 9 decimals",
        "amount, \"0.0000000001\", INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, \"1e2147483647\", INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, true, WRONG_TYPE, amount is not a number",
        "amount, 1e18, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, -1000000000000000000, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 0.0000000001, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 1e999999999, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 1e-999999999, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 0e999999999, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 100e2147483647, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 10e-2147483647, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "amount, 1e2147483647, INVALID_VALUE, amount has more than 18 digits or 9 decimals",
        "openingBalance, absent, MISSING_FIELD, openingBalance is missing",
        "openingBalance, {}, WRONG_TYPE, openingBalance is not a number",
        "closingBalance, null, MISSING_FIELD, closingBalance is missing",
        "closingBalance, \"one\", WRONG_TYPE, closingBalance is not a number",
        "currency, absent, MISSING_FIELD, currency is missing",
        "currency, \"\", MISSING_FIELD, currency is missing",
        "currency, 858, WRONG_TYPE, currency is not a string",
        "moneyType, absent, MISSING_FIELD, moneyType is missing",
        "moneyType, \" \", MISSING_FIELD, moneyType is missing",
        "moneyType, [], WRONG_TYPE, moneyType is not a string",
        "moneyType, \"\\ud800x\", INVALID_VALUE, moneyType is not Unicode text",
        "paymentRelatedThing, 100e2147483647, INVALID_VALUE,"
            + " paymentRelatedThing contains a number that is out of range",
        "paymentRelatedThing, [1e-100000], INVALID_VALUE,"
            + " paymentRelatedThing contains a number that is out of range",
        "paymentRelatedThing, [\"\\ud800\"], INVALID_VALUE, paymentRelatedThing is not Unicode text",
        "isOldMoneyEvent, absent, MISSING_FIELD, isOldMoneyEvent is missing",
        "isOldMoneyEvent, null, MISSING_FIELD, isOldMoneyEvent is missing",
        "isOldMoneyEvent, \"true\", WRONG_TYPE, isOldMoneyEvent is neither true nor false",
        "isOldMoneyEvent, 0, WRONG_TYPE, isOldMoneyEvent is neither true nor false",
      })
  void aMovementThatBreaksTheContractIsUnreadable(
      String field, String value, String reason, String detail) {
    refused(PAYMENT, field, value, reason, detail, EventReader::wallet);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "type, absent, MISSING_FIELD, type is missing",
        "type, {}, WRONG_TYPE, type is not a string",
        "id, absent, MISSING_FIELD, id is missing",
        "userId, null, MISSING_FIELD, userId is missing",
        "processedAt, absent, MISSING_FIELD, processedAt is missing",
        "processedAt, \"yesterday\", WRONG_TYPE,"
            + " processedAt is not an ISO-8601 time with an offset",
        "residentCountryCode, 858, WRONG_TYPE, residentCountryCode is not a string",
        "residentCountryCode, \"\\ud800\", INVALID_VALUE, residentCountryCode is not Unicode text",
      })
  void aChangeOfAddressThatBreaksTheContractIsUnreadable(
      String field, String value, String reason, String detail) {
    refused(ADDRESS, field, value, reason, detail, EventReader::users);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "id, \"\", MISSING_FIELD, id is missing",
        "userId, absent, MISSING_FIELD, userId is missing",
        "processedAt, null, MISSING_FIELD, processedAt is missing",
        "birthYear, 1987.5, WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, 1e3, WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, 99999999999, WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, true, WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, 0, INVALID_VALUE, birthYear is not in 1000 to 9999",
        "birthYear, 87, INVALID_VALUE, birthYear is not in 1000 to 9999",
        "birthYear, 10000, INVALID_VALUE, birthYear is not in 1000 to 9999",
        "birthYear, \"0087\", INVALID_VALUE, birthYear is not in 1000 to 9999",
        "birthYear, \"87\", WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, \"19870\", WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, \" 1987\", WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, \"1987-05-17\", WRONG_TYPE, birthYear is not a year of four digits",
        "birthYear, \"\u0661\u0669\u0668\u0667\", WRONG_TYPE,"
            + " birthYear is not a year of four digits",
        "birthYear, \"\\ud800\", INVALID_VALUE, birthYear is not Unicode text",
      })
  void aChangeOfBirthDateThatBreaksTheContractIsUnreadable(
      String field, String value, String reason, String detail) {
    refused(BIRTH, field, value, reason, detail, EventReader::users);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "type, null, MISSING_FIELD, type is missing",
        "type, \"secret\", INVALID_VALUE, type is not a session's",
        "id, null, MISSING_FIELD, id is missing",
        "userId, \" \", MISSING_FIELD, userId is missing",
        "processedAt, absent, MISSING_FIELD, processedAt is missing",
        "clientCountryCode, absent, MISSING_FIELD, clientCountryCode is missing",
        "clientCountryCode, \"\", MISSING_FIELD, clientCountryCode is missing",
        "clientCountryCode, 76, WRONG_TYPE, clientCountryCode is not a string",
      })
  void aSessionThatBreaksTheContractIsUnreadable(
      String field, String value, String reason, String detail) {
    refused(SESSION, field, value, reason, detail, EventReader::sessions);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "null",
        "[]",
        "\"secret\"",
        "{\"type\":\"PaymentEvent\"",
        "{\"type\":\"PaymentEvent\",\"type\":\"PaymentEvent\"}",
        "{} {\"secret\":1}",
        "{\"amount\":1e99999999999}",
        "{\"amount\":NaN}",
        "{\"amount\":01}",
        "{\"paymentRelatedThing\":{\"\\udc00\":1}}",
      })
  void contentThatIsNotAJsonObjectIsMalformed(String text) {
    for (Parser parser : parsers()) {
      UnreadableRecord refused =
          assertThrows(UnreadableRecord.class, () -> parser.parse(raw(text)));
      assertThat(refused.reason(), is(Reason.MALFORMED));
      assertThat(refused.getMessage(), not(containsString("secret")));
      assertThat(refused.eventTime(), is(Optional.empty()));
    }
  }

  @Test
  void tooDeeplyNestedJsonIsMalformed() {
    String deep = with(PAYMENT, "paymentRelatedThing", "[".repeat(5_000) + "]".repeat(5_000));

    UnreadableRecord refused =
        assertThrows(UnreadableRecord.class, () -> EventReader.wallet(raw(deep)));

    assertThat(refused.reason(), is(Reason.MALFORMED));
  }

  @Test
  void jsonAtTheMaximumDepthIsKept() throws UnreadableRecord {
    String nested = "[".repeat(999) + "]".repeat(999);

    assertThat(thing(nested), is(nested));
  }

  @ParameterizedTest
  @CsvSource({
    "12.50, 12.50",
    "100.00, 100.00",
    "0.000, 0.000",
    "-0.10, -0.10",
    "7, 7",
    "1e2, 100",
    "1.50e1, 15.0",
    "999999999999999999.999999999, 999999999999999999.999999999",
    "123456789012345678, 123456789012345678",
    "\"12.50\", 12.50",
    "\"-0.10\", -0.10",
    "\"+7\", 7",
    "\".5\", 0.5",
    "\"1.50e1\", 15.0",
    "\"999999999999999999.999999999\", 999999999999999999.999999999",
  })
  void anAmountKeepsItsDecimals(String given, String kept) throws UnreadableRecord {
    for (String field : new String[] {"amount", "openingBalance", "closingBalance"}) {
      MoneyEvent money = (MoneyEvent) wallet(with(PAYMENT, field, given)).getContent();
      assertThat(money.get(money.getSchema().getField(snake(field)).pos()), is(kept));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":[1.50,100.00,null,true,\"x\"],\"b\":{\"c\":{}}}",
        "\"a text\"",
        "7.10",
        "false",
        "[]",
        "\"\uD83D\uDE00\"",
      })
  void theThingIsAnyJsonUnchanged(String given) throws UnreadableRecord {
    assertThat(thing(given), is(given));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "absent"})
  void theThingMayBeMissing(String value) throws UnreadableRecord {
    assertThat(thing(value), is(nullValue()));
  }

  @Test
  void aHugeNumberInTheThingIsNotExpanded() throws UnreadableRecord {
    assertThat(thing("[1e9000]").length() < 100, is(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "absent", "\"\"", "\" \\t \""})
  void aMovementMayHaveNoSession(String value) throws UnreadableRecord {
    MoneyEvent money = (MoneyEvent) wallet(with(PAYMENT, "userSessionId", value)).getContent();

    assertThat(money.getUserSessionId(), is(nullValue()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "absent"})
  void aChangeMayHaveNoValue(String value) throws UnreadableRecord {
    assertThat(
        EventReader.users(raw(with(ADDRESS, "residentCountryCode", value))).getContent(),
        is(new AddressChange(null)));
    assertThat(
        EventReader.users(raw(with(BIRTH, "birthYear", value))).getContent(),
        is(new BirthDateChange(null)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "absent", "\"\"", "\" \""})
  void aBirthYearMayBeUnknown(String value) throws UnreadableRecord {
    assertThat(
        EventReader.users(raw(with(BIRTH, "birthYear", value))).getContent(),
        is(new BirthDateChange(null)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1978, 9999})
  void aBirthYearIsANumberOrAStringOfFourDigits(int year) throws UnreadableRecord {
    assertThat(
        EventReader.users(raw(with(BIRTH, "birthYear", "" + year))).getContent(),
        is(new BirthDateChange(year)));
    assertThat(
        EventReader.users(raw(with(BIRTH, "birthYear", "\"" + year + "\""))).getContent(),
        is(new BirthDateChange(year)));
  }

  @ParameterizedTest
  @CsvSource({
    "id, 1024",
    "userId, 1024",
    "userSessionId, 1024",
    "currency, 8192",
    "moneyType, 8192",
  })
  void aMovementsTextsHaveALongestLength(String field, int longest) throws UnreadableRecord {
    String text = "x".repeat(longest);

    MoneyEvent read = (MoneyEvent) wallet(with(PAYMENT, field, "\"" + text + "\"")).getContent();

    assertThat(read.get(read.getSchema().getField(field).pos()), is(text));
    tooLong(PAYMENT, field, longest, EventReader::wallet);
  }

  @Test
  void usersAndSessionsTextsHaveAMaximumLength() {
    tooLong(ADDRESS, "id", 1_024, EventReader::users);
    tooLong(ADDRESS, "userId", 1_024, EventReader::users);
    tooLong(ADDRESS, "residentCountryCode", 8_192, EventReader::users);
    tooLong(BIRTH, "birthYear", 8_192, EventReader::users);
    tooLong(SESSION, "id", 1_024, EventReader::sessions);
    tooLong(SESSION, "clientCountryCode", 8_192, EventReader::sessions);
  }

  @Test
  void anAmountAsTextHasAMaximumLength() throws UnreadableRecord {
    String longest = "0".repeat(1_023) + "7";

    MoneyEvent read =
        (MoneyEvent) wallet(with(PAYMENT, "amount", "\"" + longest + "\"")).getContent();

    assertThat(read.getAmount(), is("7"));
    refused(
        PAYMENT,
        "amount",
        "\"0" + longest + "\"",
        "TOO_LONG",
        "amount has more than 1024 characters",
        EventReader::wallet);
  }

  @Test
  void theThingHasAMaximumLength() throws UnreadableRecord {
    // Two quotes, and six characters for the one that JSON escapes.
    String longest = "\"" + "x".repeat(131_072 - 8) + "\\u0001\"";

    assertThat(thing(longest), is(longest));
    refused(
        PAYMENT,
        "paymentRelatedThing",
        longest.replace("\\u0001", "\\u0001x"),
        "TOO_LONG",
        "paymentRelatedThing has more than 131072 characters",
        EventReader::wallet);
    refused(
        TRANSACTION,
        "transactionRelatedThing",
        "[" + longest + "]",
        "TOO_LONG",
        "transactionRelatedThing has more than 131072 characters",
        EventReader::wallet);
  }

  private static void tooLong(String event, String field, int longest, Parser parser) {
    refused(
        event,
        field,
        "\"" + "x".repeat(longest + 1) + "\"",
        "TOO_LONG",
        field + " has more than " + longest + " characters",
        parser);
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999Z",
    "2026-01-05T12:00Z, 2026-01-05T12:00:00Z",
    "2026-01-05T12:00:00.00Z, 2026-01-05T12:00:00Z",
    "2026-01-05T12:00:00.1239Z, 2026-01-05T12:00:00.123Z",
  })
  void aTimeInUtcCountsInMillisecondsAndIsKeptAsItWas(String given, Instant time)
      throws UnreadableRecord {
    StoredEvent event = wallet(with(PAYMENT, "processedAt", "\"" + given + "\""));

    assertThat(event.getProcessedAt(), is(time.toEpochMilli()));
    assertThat(((MoneyEvent) event.getContent()).getProcessedAt(), is(given));
  }

  @ParameterizedTest
  @CsvSource({
    "\"2026-01-05T12:00:00+00:00\", 2026-01-05T12:00:00Z",
    "\"2020-12-16T00:00:00.00+00:00\", 2020-12-16T00:00:00Z",
    "\"2026-01-05T12:00:00.1239+02:00\", 2026-01-05T10:00:00.123900Z",
    "\"2026-01-05T12:00-03:30\", 2026-01-05T15:30:00Z",
    "\"+10000-01-01T01:00:00+02:00\", 9999-12-31T23:00:00Z",
    "\"2026-01-05t12:00:00z\", 2026-01-05T12:00:00Z",
    "0, 1970-01-01T00:00:00Z",
    "1767614400123, 2026-01-05T12:00:00.123Z",
    "253402300799999, 9999-12-31T23:59:59.999Z",
  })
  void everyOtherFormOfATimeIsWrittenInUtc(String given, String written) throws UnreadableRecord {
    StoredEvent event = wallet(with(PAYMENT, "processedAt", given));

    assertThat(event.getProcessedAt(), is(Instant.parse(written).toEpochMilli()));
    assertThat(((MoneyEvent) event.getContent()).getProcessedAt(), is(written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"2026-01-05T12:00:00.123456789Z\"",
        "\"2026-01-05T12:00Z\"",
        "\"2020-12-16T00:00:00.00+00:00\"",
        "\"2026-01-05T12:00:00-11:59\"",
        "\"+10000-01-01T01:00:00+02:00\"",
        "\"9999-12-31T23:59:59.999-00:01\"",
        "\"1970-01-01T01:00:00+01:00\"",
        "\"1970-01-01T00:59:59+01:00\"",
        "\"2026-01-05T12:00:00+0100\"",
        "\"2026-01-05T12:00:00\"",
        "\"1767614400123\"",
        "\"\"",
        "0",
        "-0",
        "-1",
        "1767614400123",
        "253402300799999",
        "253402300800000",
        "9223372036854775807",
        "9223372036854775808",
        "-99999999999999999999",
        "1767614400123.0",
        "1.7676144e12",
        "null",
        "true",
        "{}",
      })
  void theTimeOfARecordIsThatOfItsEventOrNone(String given) {
    String event = with(PAYMENT, "processedAt", given);
    org.joda.time.Instant found = new ProcessedAt().apply(event.getBytes(StandardCharsets.UTF_8));

    assertThat(Optional.ofNullable(found).map(org.joda.time.Instant::getMillis), is(timeOf(event)));
  }

  /** The time of the event that was read; empty if it was rejected. */
  private static Optional<Long> timeOf(String event) {
    try {
      return Optional.of(wallet(event).getProcessedAt());
    } catch (UnreadableRecord refused) {
      return Optional.empty();
    }
  }

  @Test
  void aMovementsUuidsAreInLowerCase() throws UnreadableRecord {
    String event = PAYMENT;
    for (String field : new String[] {"id", "userId", "userSessionId"}) {
      event = with(event, field, "\"" + UPPER + "\"");
    }

    StoredEvent stored = wallet(event);
    MoneyEvent money = (MoneyEvent) stored.getContent();

    assertThat(stored.getId(), is(LOWER));
    assertThat(stored.getUserId(), is(LOWER));
    assertThat(money.getId(), is(LOWER));
    assertThat(money.getUserId(), is(LOWER));
    assertThat(money.getUserSessionId(), is(LOWER));
  }

  @Test
  void usersAndSessionsUuidsAreInLowerCase() throws UnreadableRecord {
    for (String given : new String[] {ADDRESS, BIRTH, SESSION}) {
      String event = with(with(given, "id", "\"" + UPPER + "\""), "userId", "\"" + UPPER + "\"");
      StoredEvent stored =
          given.equals(SESSION) ? EventReader.sessions(raw(event)) : EventReader.users(raw(event));

      assertThat(stored.getId(), is(LOWER));
      assertThat(stored.getUserId(), is(LOWER));
    }
  }

  @Test
  void otherIdsAndTextsKeepTheirCase() throws UnreadableRecord {
    StoredEvent stored =
        wallet(with(with(PAYMENT, "id", "\"P1\""), "moneyType", "\"" + UPPER + "\""));

    assertThat(stored.getId(), is("P1"));
    assertThat(((MoneyEvent) stored.getContent()).getMoneyType(), is(UPPER));
  }

  @Test
  void irrelevantEventsAreDropped() throws UnreadableRecord {
    assertThat(EventReader.wallet(raw("{\"type\":\"KindOfWalletEvent\"}")), is(nullValue()));
    assertThat(EventReader.users(raw("{\"type\":\"UserRenamedEvent\"}")), is(nullValue()));
    assertThat(EventReader.sessions(raw("{\"type\":\"UserSessionClosedEvent\"}")), is(nullValue()));
  }

  @FunctionalInterface
  private interface Parser {
    StoredEvent parse(RawRecord raw) throws UnreadableRecord;
  }

  private static Parser[] parsers() {
    return new Parser[] {EventReader::wallet, EventReader::users, EventReader::sessions};
  }

  private static void refused(
      String event, String field, String value, String reason, String detail, Parser parser) {
    RawRecord raw = raw(with(event, field, value));

    UnreadableRecord refused = assertThrows(UnreadableRecord.class, () -> parser.parse(raw));

    assertThat(refused.reason().name(), is(reason));
    assertThat(refused.getMessage(), is(detail));
    boolean timeIsKnown = !field.equals("type") && !field.equals("processedAt");
    assertThat(
        refused.eventTime(),
        is(timeIsKnown ? Optional.of(org.joda.time.Instant.ofEpochMilli(TIME)) : Optional.empty()));
  }

  /** The event with another value of a field; {@code absent} takes it away. */
  private static String with(String event, String field, String value) {
    int from = event.indexOf("\"" + field + "\":");
    int start = from + field.length() + 3;
    int end = start;
    int depth = 0;
    while (depth > 0 || event.charAt(end) != ',' && event.charAt(end) != '}') {
      char next = event.charAt(end++);
      depth += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
    }
    String name = value.equals("absent") ? "\"absent\":" : event.substring(from, start);
    return event.substring(0, from)
        + name
        + (value.equals("absent") ? "0" : value)
        + event.substring(end);
  }

  private static String thing(String json) throws UnreadableRecord {
    StoredEvent event = wallet(with(PAYMENT, "paymentRelatedThing", json));
    return ((MoneyEvent) event.getContent()).getPaymentRelatedThing();
  }

  private static String snake(String field) {
    return MoneyEvent.getClassSchema().getField(field) != null ? field : field.toLowerCase();
  }

  private static StoredEvent wallet(String json) throws UnreadableRecord {
    return EventReader.wallet(raw(json));
  }

  private static MoneyEvent money(String type) {
    return MoneyEvent.newBuilder()
        .setType(type)
        .setId("p1")
        .setUserId("ann")
        .setUserSessionId("s1")
        .setProcessedAt("2026-01-05T12:00:00.123456Z")
        .setAmount("12.50")
        .setCurrency("UYU")
        .setOpeningBalance("100.00")
        .setClosingBalance("87.50")
        .setMoneyType("CASH")
        .setPaymentRelatedThing("{\"secret\":[1.50,null]}")
        .setIsOldMoneyEvent(false)
        .build();
  }

  private static StoredEvent wallet(String id, MoneyEvent money) {
    return stored(Stream.WALLET, id, money);
  }

  private static StoredEvent stored(Stream stream, String id, Object content) {
    return new StoredEvent(stream, "ann", id, TIME, "topic", 3, 7L, content);
  }

  private static RawRecord raw(String json) {
    return new RawRecord(
        json.getBytes(StandardCharsets.UTF_8), Encoding.JSON, Origin.ofTopic("topic", 3, 7));
  }
}
