package dev.weir.money;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.RawRecord;
import dev.weir.record.StrictJson;
import dev.weir.record.TextLimit;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.record.Uuid;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Reads the events of the three streams and checks them against their contract; {@link
 * ParseMoneyEvents} does this in a pipeline. Each method throws {@link UnreadableRecord} if a
 * record breaks its contract.
 */
public final class EventReader {
  private static final int DIGITS = 18;
  private static final int DECIMALS = 9;
  private static final int LARGEST_EXPONENT = 9_999;

  /** A year has four digits, as a string or as a number. */
  private static final int FIRST_YEAR = 1000;

  private static final int LAST_YEAR = 9999;
  private static final Pattern YEAR = Pattern.compile("[0-9]{4}");

  private final RawRecord raw;
  private final JsonNode event;
  private Instant time;

  private EventReader(RawRecord raw) throws UnreadableRecord {
    this.raw = raw;
    this.event = StrictJson.object(raw.bytes());
  }

  /** Returns a payment or a transaction; null for any other event of a wallet. */
  public static StoredEvent wallet(RawRecord raw) throws UnreadableRecord {
    EventReader reader = new EventReader(raw);
    String type = reader.requiredText("type");
    return switch (type) {
      case "PaymentEvent" -> reader.money(type, "paymentRelatedThing");
      case "TransactionEvent" -> reader.money(type, "transactionRelatedThing");
      default -> null;
    };
  }

  /** Returns a change of address or birth date; null for any other event of a user. */
  public static StoredEvent users(RawRecord raw) throws UnreadableRecord {
    EventReader reader = new EventReader(raw);
    return switch (reader.requiredText("type")) {
      case "ChangeAddressEvent" -> {
        reader.readTime();
        yield reader.stored(Stream.USERS, new AddressChange(reader.filled("residentCountryCode")));
      }
      case "ChangeBirthDateEvent" -> {
        reader.readTime();
        yield reader.stored(Stream.USERS, new BirthDateChange(reader.year("birthYear")));
      }
      default -> null;
    };
  }

  /** Returns the creation of a session; null for its end. */
  public static StoredEvent sessions(RawRecord raw) throws UnreadableRecord {
    EventReader reader = new EventReader(raw);
    return switch (reader.requiredText("type")) {
      case "UserSessionCreatedEvent" -> {
        reader.readTime();
        yield reader.stored(
            Stream.SESSIONS, new SessionCreation(reader.requiredText("clientCountryCode")));
      }
      case "UserSessionClosedEvent" -> null;
      default -> throw reader.unreadable(Reason.INVALID_VALUE, "type is not a session's");
    };
  }

  private StoredEvent money(String type, String thing) throws UnreadableRecord {
    readTime();
    MoneyEvent money = new MoneyEvent();
    money.setType(type);
    money.setId(requiredId("id"));
    money.setUserId(requiredId("userId"));
    money.setUserSessionId(Uuid.inLowerCase(blankAsNull(text("userSessionId", TextLimit.ID))));
    money.setProcessedAt(timeInUtc());
    money.setAmount(decimal("amount"));
    money.setCurrency(requiredText("currency"));
    money.setOpeningBalance(decimal("openingBalance"));
    money.setClosingBalance(decimal("closingBalance"));
    money.setMoneyType(requiredText("moneyType"));
    if (type.equals("PaymentEvent")) {
      money.setPaymentRelatedThing(json(thing));
    } else {
      money.setTransactionRelatedThing(json(thing));
    }
    money.setIsOldMoneyEvent(truth("isOldMoneyEvent"));
    return stored(Stream.WALLET, money);
  }

  private StoredEvent stored(Stream stream, Object content) throws UnreadableRecord {
    return StoredEvent.newBuilder()
        .setStream(stream)
        .setUserId(requiredId("userId"))
        .setId(requiredId("id"))
        .setProcessedAt(time.toEpochMilli())
        .setSource(raw.origin().source())
        .setPartition(raw.origin().partition())
        .setPosition(raw.origin().position())
        .setContent(content)
        .build();
  }

  private void readTime() throws UnreadableRecord {
    Instant read = givenTime(required("processedAt"));
    if (read == null || !ProcessedAt.isInRange(read)) {
      throw unreadable(Reason.INVALID_VALUE, "processedAt is outside the years 1970 to 9999");
    }
    time = read;
  }

  /** Returns null if the value is a number that is too large for a time. */
  private Instant givenTime(JsonNode value) throws UnreadableRecord {
    if (value.isIntegralNumber()) {
      return value.canConvertToLong() ? Instant.ofEpochMilli(value.longValue()) : null;
    }
    if (!value.isTextual()) {
      throw unreadable(
          Reason.WRONG_TYPE, "processedAt is neither a string nor a whole number of milliseconds");
    }
    Instant read = ProcessedAt.parse(requiredText("processedAt"));
    if (read == null) {
      throw unreadable(Reason.WRONG_TYPE, "processedAt is not an ISO-8601 time with an offset");
    }
    return read;
  }

  /**
   * Returns the time as an ISO-8601 string in UTC: unchanged, with all its digits, if it was given
   * as a string that ends in {@code Z}.
   */
  private String timeInUtc() {
    String given = event.get("processedAt").textValue();
    return given != null && given.endsWith("Z") ? given : time.toString();
  }

  /** Returns an id, which must be present and not blank; a UUID is converted to lower case. */
  private String requiredId(String name) throws UnreadableRecord {
    return Uuid.inLowerCase(notBlank(name, text(name, TextLimit.ID)));
  }

  /** Returns a string, which must be present and not blank. */
  private String requiredText(String name) throws UnreadableRecord {
    return notBlank(name, text(name, TextLimit.TEXT));
  }

  /** Returns null if the text is absent or blank. */
  private String filled(String name) throws UnreadableRecord {
    return blankAsNull(text(name, TextLimit.TEXT));
  }

  private static String blankAsNull(String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private String notBlank(String name, String text) throws UnreadableRecord {
    if (text == null || text.isBlank()) {
      throw unreadable(Reason.MISSING_FIELD, name + " is missing");
    }
    return text;
  }

  private String text(String name, TextLimit limit) throws UnreadableRecord {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw unreadable(Reason.WRONG_TYPE, name + " is not a string");
    }
    if (limit.isExceededBy(value.textValue())) {
      throw unreadable(Reason.TOO_LONG, limit.detail(name));
    }
    if (!StrictJson.isUnicode(value.textValue())) {
      throw unreadable(Reason.INVALID_VALUE, name + " is not Unicode text");
    }
    return value.textValue();
  }

  /** Returns a number, or a string that contains one, in plain notation with all its decimals. */
  private String decimal(String name) throws UnreadableRecord {
    BigDecimal number = number(name);
    // Checked first, because a number such as 1e999999999 must not be written out.
    boolean tooLong = (long) number.precision() - number.scale() > DIGITS;
    if (tooLong || number.scale() > DECIMALS) {
      throw unreadable(
          Reason.INVALID_VALUE,
          name + " has more than " + DIGITS + " digits or " + DECIMALS + " decimals");
    }
    return number.toPlainString();
  }

  private BigDecimal number(String name) throws UnreadableRecord {
    JsonNode value = required(name);
    if (value.isNumber()) {
      return value.decimalValue();
    }
    if (value.isTextual()) {
      try {
        return new BigDecimal(text(name, TextLimit.ID));
      } catch (NumberFormatException e) {
        // Not passed on: its message quotes the text.
      }
    }
    throw unreadable(Reason.WRONG_TYPE, name + " is not a number");
  }

  /** Returns a year of four digits from a string or a number; null if there is none. */
  private Integer year(String name) throws UnreadableRecord {
    JsonNode value = value(name);
    if (value == null || value.isTextual() && filled(name) == null) {
      return null;
    }
    boolean isYear = value.isTextual() ? YEAR.matcher(value.textValue()).matches() : value.isInt();
    if (!isYear) {
      throw unreadable(Reason.WRONG_TYPE, name + " is not a year of four digits");
    }
    int year = value.isTextual() ? Integer.parseInt(value.textValue()) : value.intValue();
    if (year < FIRST_YEAR || year > LAST_YEAR) {
      throw unreadable(
          Reason.INVALID_VALUE, name + " is not in " + FIRST_YEAR + " to " + LAST_YEAR);
    }
    return year;
  }

  private boolean truth(String name) throws UnreadableRecord {
    JsonNode value = required(name);
    if (!value.isBoolean()) {
      throw unreadable(Reason.WRONG_TYPE, name + " is neither true nor false");
    }
    return value.booleanValue();
  }

  /** Returns any JSON as text; null if there is none. */
  private String json(String name) throws UnreadableRecord {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    String text = value.toString();
    if (TextLimit.JSON.isExceededBy(text)) {
      throw unreadable(Reason.TOO_LONG, TextLimit.JSON.detail(name));
    }
    if (!StrictJson.isUnicode(text)) {
      throw unreadable(Reason.INVALID_VALUE, name + " is not Unicode text");
    }
    if (!isReadable(value)) {
      throw unreadable(Reason.INVALID_VALUE, name + " contains a number that is out of range");
    }
    return text;
  }

  /**
   * Returns whether consumers of the output can read all numbers in a value; they cannot read a
   * number such as 100e2147483647.
   */
  private static boolean isReadable(JsonNode value) {
    if (value.isBigDecimal()) {
      BigDecimal number = value.decimalValue();
      return Math.abs((long) number.precision() - number.scale()) <= LARGEST_EXPONENT;
    }
    for (JsonNode inner : value) {
      if (!isReadable(inner)) {
        return false;
      }
    }
    return true;
  }

  private JsonNode required(String name) throws UnreadableRecord {
    JsonNode value = value(name);
    if (value == null) {
      throw unreadable(Reason.MISSING_FIELD, name + " is missing");
    }
    return value;
  }

  private JsonNode value(String name) {
    JsonNode value = event.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private UnreadableRecord unreadable(Reason reason, String detail) {
    UnreadableRecord unreadable = new UnreadableRecord(reason, detail);
    return time == null
        ? unreadable
        : unreadable.at(org.joda.time.Instant.ofEpochMilli(time.toEpochMilli()));
  }
}
