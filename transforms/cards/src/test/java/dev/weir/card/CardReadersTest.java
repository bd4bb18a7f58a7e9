package dev.weir.card;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.cdc.ChangeSource;
import dev.weir.cdc.Operation;
import dev.weir.cdc.UnreadableChange;
import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of each column of the two source tables. */
class CardReadersTest {
  private static final String CUSTOMER =
      "{\"account_number\":\"ACC1\",\"customer_name\":\"Ann\",\"email\":\"ann@example.org\","
          + "\"phone_number\":\"555-0100\",\"date_of_birth\":631152000000,\"city\":\"Paris\","
          + "\"created_at\":\"2026-01-01T10:00:00.123456Z\"}";
  private static final String TRANSACTION =
      "{\"txn_id\":\"t1\",\"account_number\":\"ACC1\",\"timestamp\":\"2026-01-14T07:09:24.625Z\","
          + "\"amount\":\"198.44\",\"currency\":\"USD\",\"merchant\":\"Grocer\","
          + "\"location\":\"ONLINE\",\"status\":\"COMPLETED\",\"transaction_type\":\"PURCHASE\"}";
  private static final Origin ORIGIN = Origin.ofFile("changes.jsonl", 7);
  private static final ChangeSource SOURCE =
      new ChangeSource(Operation.c, 1_768_374_565_125L, 42L, "changes.jsonl", -1, 7L, -1L, null);

  @Test
  void aTransactionHasAllItsColumns() throws UnreadableRecord {
    assertThat(
        transaction(after("c", TRANSACTION)),
        is(
            new TransactionChange(
                SOURCE,
                "t1",
                new Transaction(
                    "t1",
                    "ACC1",
                    Instant.parse("2026-01-14T07:09:24.625Z"),
                    new BigDecimal("198.44"),
                    "USD",
                    "Grocer",
                    "ONLINE",
                    "COMPLETED",
                    "PURCHASE"))));
  }

  @Test
  void aCustomerHasAllItsColumns() throws UnreadableRecord {
    assertThat(
        customer(after("c", CUSTOMER)),
        is(
            new CustomerChange(
                SOURCE,
                "ACC1",
                new Customer(
                    "ACC1",
                    "Ann",
                    "ann@example.org",
                    "555-0100",
                    LocalDateTime.parse("1990-01-01T00:00:00"),
                    "Paris",
                    Instant.parse("2026-01-01T10:00:00.123456Z")),
                0L)));
  }

  @ParameterizedTest
  @CsvSource({
    "txn_id, null, MISSING_FIELD, txn_id is missing",
    "txn_id, '\" \"', MISSING_FIELD, txn_id is missing",
    "txn_id, 7, WRONG_TYPE, txn_id is not a string",
    "account_number, null, MISSING_FIELD, account_number is missing",
    "account_number, '\"\"', MISSING_FIELD, account_number is missing",
    "timestamp, null, MISSING_FIELD, timestamp is missing",
    "timestamp, 1768374565125, WRONG_TYPE, "
        + "'timestamp is a number, and no schema part defines its unit'",
    "timestamp, '\"infinity\"', INVALID_VALUE, timestamp is outside the years 1 to 9999",
    "timestamp, '\"2026-01-14T07:09:24\"', WRONG_TYPE, "
        + "timestamp is not an ISO-8601 time with an offset",
    "timestamp, '\"+10000-01-01T00:00:00Z\"', INVALID_VALUE, "
        + "timestamp is outside the years 1 to 9999",
    "amount, null, MISSING_FIELD, amount is missing",
    "amount, '\"\"', WRONG_TYPE, amount is not a decimal number",
    "amount, '\"1e2\"', WRONG_TYPE, amount is not a decimal number",
    "amount, true, WRONG_TYPE, amount is not a decimal number",
    "amount, '\"NaN\"', WRONG_TYPE, amount is not a decimal number",
    "amount, '\"1234\"', WRONG_TYPE, 'amount may be a number or base64, and there is no"
        + " schema part: set decimal.handling.mode=string, which writes a decimal point'",
    "amount, 100e2147483647, INVALID_VALUE, amount has more than 10 digits",
    "amount, '\"0.001\"', INVALID_VALUE, amount has more than 2 decimals",
    "amount, '\"100000000.00\"', INVALID_VALUE, amount has more than 10 digits",
    "currency, '\" \"', MISSING_FIELD, currency is missing",
    "timestamp, null, MISSING_FIELD, timestamp is missing",
    "status, null, MISSING_FIELD, status is missing",
    "status, '\" \"', MISSING_FIELD, status is missing",
    "merchant, 7, WRONG_TYPE, merchant is not a string",
    "location, {}, WRONG_TYPE, location is not a string",
    "transaction_type, [], WRONG_TYPE, transaction_type is not a string",
  })
  void aTransactionThatBreaksTheContractIsUnreadable(
      String column, String value, String reason, String detail) {
    RawRecord raw = after("u", with(TRANSACTION, column, value));

    refused(assertThrows(UnreadableRecord.class, () -> transaction(raw)), reason, detail);
  }

  @ParameterizedTest
  @CsvSource({
    "account_number, null, MISSING_FIELD, account_number is missing",
    "account_number, 7, WRONG_TYPE, account_number is not a string",
    "customer_name, 7, WRONG_TYPE, customer_name is not a string",
    "customer_name, '\"\\ud800\"', INVALID_VALUE, customer_name is not Unicode text",
    "email, {}, WRONG_TYPE, email is not a string",
    "phone_number, 5550100, WRONG_TYPE, phone_number is not a string",
    "date_of_birth, '\"yesterday\"', WRONG_TYPE, date_of_birth is not an ISO-8601 time in UTC",
    "date_of_birth, 1.5, WRONG_TYPE, date_of_birth is not a time",
    "date_of_birth, 68515200000000, INVALID_VALUE, 'date_of_birth is not in milliseconds from 1900"
        + " to the year of the commit, and no schema part defines another unit'",
    "city, 7, WRONG_TYPE, city is not a string",
    "created_at, '\"yesterday\"', WRONG_TYPE, created_at is not an ISO-8601 time with an offset",
  })
  void aCustomerThatBreaksTheContractIsUnreadable(
      String column, String value, String reason, String detail) {
    RawRecord raw = after("u", with(CUSTOMER, column, value));

    refused(assertThrows(UnreadableRecord.class, () -> customer(raw)), reason, detail);
  }

  /** No rule needs either time. */
  @ParameterizedTest
  @CsvSource({
    "date_of_birth, '\"infinity\"'",
    "date_of_birth, 9223372036825200000",
    "date_of_birth, '\"-0044-03-15T00:00:00Z\"'",
    "created_at, '\"infinity\"'",
    "created_at, '\"-infinity\"'",
    "created_at, '\"+10000-01-01T00:00:00Z\"'",
  })
  void aTimeThatATableCannotHoldIsDroppedAndTheCustomerKept(String column, String value)
      throws UnreadableRecord {
    List<String> dropped = new ArrayList<>();

    Customer customer =
        CustomerReader.read(after("c", with(CUSTOMER, column, value)), () -> dropped.add(column))
            .getCustomer();

    assertThat(customer.get(customer.getSchema().getField(column).pos()), is(nullValue()));
    assertThat(customer.getCustomerName(), is("Ann"));
    assertThat(dropped, contains(column));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"1990-01-01T00:00:00Z\"", "\"1990-01-01\"", "\"1990-01-01T00:00:00\""})
  void aDateOfBirthHasMoreThanOneForm(String value) throws UnreadableRecord {
    assertThat(
        customer(after("c", with(CUSTOMER, "date_of_birth", value))).getCustomer().getDateOfBirth(),
        is(LocalDateTime.parse("1990-01-01T00:00:00")));
  }

  @ParameterizedTest
  @CsvSource({
    "txn_id, 1024",
    "account_number, 1024",
    "currency, 8192",
    "merchant, 8192",
    "location, 8192",
    "status, 8192",
    "transaction_type, 8192",
  })
  void aTransactionsTextsHaveALongestLength(String column, int longest) throws UnreadableRecord {
    String text = "x".repeat(longest);
    RawRecord tooLong = after("c", with(TRANSACTION, column, "\"" + text + "x\""));

    Transaction read =
        transaction(after("c", with(TRANSACTION, column, "\"" + text + "\""))).getTransaction();

    assertThat(read.get(read.getSchema().getField(column).pos()), is(text));
    refused(
        assertThrows(UnreadableRecord.class, () -> transaction(tooLong)),
        "TOO_LONG",
        column + " has more than " + longest + " characters");
  }

  @ParameterizedTest
  @CsvSource({
    "account_number, 1024",
    "customer_name, 8192",
    "email, 8192",
    "phone_number, 8192",
    "city, 8192",
  })
  void aCustomersTextsHaveALongestLength(String column, int longest) throws UnreadableRecord {
    String text = "x".repeat(longest);
    RawRecord tooLong = after("c", with(CUSTOMER, column, "\"" + text + "x\""));

    Customer read = customer(after("c", with(CUSTOMER, column, "\"" + text + "\""))).getCustomer();

    assertThat(read.get(read.getSchema().getField(column).pos()), is(text));
    refused(
        assertThrows(UnreadableRecord.class, () -> customer(tooLong)),
        "TOO_LONG",
        column + " has more than " + longest + " characters");
  }

  @Test
  void theKeyOfADeletedRowHasAMaximumLength() {
    String id = "x".repeat(1_025);
    RawRecord transaction = envelope("d", "{\"txn_id\":\"" + id + "\"}", "null");
    RawRecord customer = envelope("d", "{\"account_number\":\"" + id + "\"}", "null");

    refused(
        assertThrows(UnreadableRecord.class, () -> transaction(transaction)),
        "TOO_LONG",
        "txn_id has more than 1024 characters");
    refused(
        assertThrows(UnreadableRecord.class, () -> customer(customer)),
        "TOO_LONG",
        "account_number has more than 1024 characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"merchant", "location", "transaction_type"})
  void aColumnThatMayBeNullMayBeAbsentToo(String column) throws UnreadableRecord {
    String name = column;
    Transaction absent =
        transaction(after("c", TRANSACTION.replace(name + "\":", "x\":"))).getTransaction();
    Transaction isNull =
        transaction(after("c", with(TRANSACTION, column, "null"))).getTransaction();

    assertThat(absent.get(absent.getSchema().getField(column).pos()), is(nullValue()));
    assertThat(absent, is(isNull));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"customer_name", "email", "phone_number", "date_of_birth", "city", "created_at"})
  void onlyTheAccountOfACustomerIsRequired(String column) throws UnreadableRecord {
    Customer customer = customer(after("c", with(CUSTOMER, column, "null"))).getCustomer();

    assertThat(customer.get(customer.getSchema().getField(column).pos()), is(nullValue()));
    assertThat(customer.getAccountNumber(), is("ACC1"));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"99999999.99\"', 99999999.99",
    "'\"-0.01\"', -0.01",
    "'\"5\"', 5.00",
    "5.5, 5.50",
    "'\"5.1000\"', 5.10",
  })
  void anAmountHasTwoDecimals(String value, BigDecimal amount) throws UnreadableRecord {
    assertThat(
        transaction(after("c", with(TRANSACTION, "amount", value))).getTransaction().getAmount(),
        is(amount));
  }

  @Test
  void onlyTheKeyOfADeletedRowIsRead() throws UnreadableRecord {
    TransactionChange transaction =
        transaction(envelope("d", "{\"txn_id\":\"t1\",\"amount\":\"x\"}", "null"));
    CustomerChange customer =
        customer(envelope("d", "{\"account_number\":\"ACC1\",\"email\":7}", "null"));

    assertThat(transaction.getTxnId(), is("t1"));
    assertThat(transaction.getTransaction(), is(nullValue()));
    assertThat(transaction.getSource().getOperation(), is(Operation.d));
    assertThat(customer.getAccountNumber(), is("ACC1"));
    assertThat(customer.getCustomer(), is(nullValue()));
  }

  @Test
  void aNullCurrencyBecomesTheTablesDefaultAndIsCounted() throws UnreadableRecord {
    List<String> defaulted = new ArrayList<>();

    TransactionChange change =
        TransactionReader.read(
            after("u", with(TRANSACTION, "currency", "null")), () -> defaulted.add("currency"));

    assertThat(change.getTransaction().getCurrency(), is("USD"));
    assertThat(defaulted, is(List.of("currency")));
  }

  @Test
  void aCurrencyOfADeadLetterIsNotCounted() {
    List<String> defaulted = new ArrayList<>();
    RawRecord raw =
        after("u", with(TRANSACTION, "currency", "null").replace("\"COMPLETED\"", "null"));

    assertThrows(
        UnreadableRecord.class, () -> TransactionReader.read(raw, () -> defaulted.add("currency")));
    assertThat(defaulted, is(List.of()));
  }

  @Test
  void aMissingCurrencyIsNotGuessed() {
    RawRecord raw = after("c", TRANSACTION.replace("currency\":", "x\":"));

    refused(
        assertThrows(UnreadableRecord.class, () -> transaction(raw)),
        "MISSING_FIELD",
        "currency is missing");
  }

  @Test
  void anUnreadableChangeKeepsItsKeyAndPosition() {
    UnreadableRecord why = new UnreadableRecord(Reason.MISSING_FIELD, "amount is missing");

    TransactionChange transaction =
        TransactionReader.standIn(after("c", with(TRANSACTION, "amount", "null")), why);
    CustomerChange customer = CustomerReader.standIn(after("c", with(CUSTOMER, "city", "7")), why);

    ChangeSource source = ChangeSource.newBuilder(SOURCE).build();
    source.setUnreadable(new UnreadableChange("MISSING_FIELD", "amount is missing"));
    assertThat(transaction, is(new TransactionChange(source, "t1", null)));
    assertThat(customer, is(new CustomerChange(source, "ACC1", null, 0L)));
  }

  @Test
  void aRecordWithoutAKeyHasNoStandIn() {
    UnreadableRecord why = new UnreadableRecord(Reason.MISSING_FIELD, "txn_id is missing");

    for (RawRecord raw :
        List.of(
            after("c", with(TRANSACTION, "txn_id", "null")),
            after("t", TRANSACTION),
            raw("{"),
            raw(""))) {
      assertThat(TransactionReader.standIn(raw, why), is(nullValue()));
    }
  }

  @Test
  void aTombstoneIsDropped() throws UnreadableRecord {
    assertThat(transaction(raw("")), is(nullValue()));
    assertThat(customer(raw("")), is(nullValue()));
  }

  private static TransactionChange transaction(RawRecord raw) throws UnreadableRecord {
    return TransactionReader.read(raw, () -> {});
  }

  private static CustomerChange customer(RawRecord raw) throws UnreadableRecord {
    return CustomerReader.read(raw, () -> {});
  }

  private static void refused(UnreadableRecord refused, String reason, String detail) {
    assertThat(refused.reason().name(), is(reason));
    assertThat(refused.getMessage(), is(detail));
    assertThat(refused.getMessage(), not(containsString("Ann")));
    assertThat(refused.eventTime().get().getMillis(), is(SOURCE.getCommitMs()));
  }

  private static String with(String row, String column, String value) {
    String changed =
        row.replaceFirst(
            "\"" + column + "\":(\"[^\"]*\"|[0-9]+)",
            java.util.regex.Matcher.quoteReplacement("\"" + column + "\":" + value));
    assertThat(changed, is(not(row)));
    return changed;
  }

  private static RawRecord after(String op, String row) {
    return envelope(op, "null", row);
  }

  private static RawRecord envelope(String op, String before, String after) {
    return raw(
        "{\"before\":%s,\"after\":%s,\"source\":{\"ts_ms\":1768374565125,\"lsn\":42},\"op\":\"%s\"}"
            .formatted(before, after, op));
  }

  private static RawRecord raw(String text) {
    return new RawRecord(text.getBytes(StandardCharsets.UTF_8), Encoding.JSON, ORIGIN);
  }
}
