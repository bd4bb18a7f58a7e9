package dev.weir.loan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.encoding.SingleObjectReader;
import dev.weir.record.RawRecord;
import dev.weir.record.StrictJson;
import dev.weir.record.TextLimit;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * Reads loan applications and checks them against their contract. No value is guessed: a value that
 * is missing, of the wrong type or out of range makes the record unreadable.
 *
 * <p>An amount in Avro is a double, the result of some calculation. The shortest decimal that gives
 * this double is rounded half up to cents and then checked. JSON contains decimal numbers, so more
 * than two decimals are an error of the writer, unless amounts in JSON are rounded too.
 */
public final class ApplicationReader {
  private static final BigDecimal MAX_AMOUNT = new BigDecimal("1000000000");
  private static final BigDecimal HALF_CENT = new BigDecimal("0.005");
  private static final int CENTS = 2;
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private final SingleObjectReader<LoanApplication> avro =
      SingleObjectReader.of(LoanApplication.class);
  private final boolean roundJson;
  private final Runnable onRounded;

  /**
   * @param roundJson whether amounts in JSON are rounded like those in Avro
   * @param onRounded runs for each application whose amount was changed by rounding
   */
  public ApplicationReader(boolean roundJson, Runnable onRounded) {
    this.roundJson = roundJson;
    this.onRounded = onRounded;
  }

  /**
   * @throws UnreadableRecord if the application breaks its contract
   */
  public Application read(RawRecord raw) throws UnreadableRecord {
    return switch (raw.encoding()) {
      case AVRO -> fromAvro(raw);
      case JSON -> fromJson(raw);
    };
  }

  private Application fromAvro(RawRecord raw) throws UnreadableRecord {
    LoanApplication read = avro.read(raw.bytes());
    Instant ts = checked(read.getTs());
    double amount = read.getAmount();
    if (!Double.isFinite(amount)) {
      throw new UnreadableRecord(Reason.INVALID_VALUE, "amount is not a number").at(joda(ts));
    }
    return check(
        raw,
        read.getRequestId(),
        read.getApplicantType(),
        BigDecimal.valueOf(amount),
        true,
        read.getSsn(),
        ts);
  }

  private Application fromJson(RawRecord raw) throws UnreadableRecord {
    JsonNode read = StrictJson.object(raw.bytes());
    Instant ts = time(read);
    JsonNode amount = field(read, "amount", ts);
    if (!amount.isNumber()) {
      throw unreadable(Reason.WRONG_TYPE, "amount is not a number", ts);
    }
    return check(
        raw,
        text(read, "request_id", ts),
        text(read, "applicant_type", ts),
        amount.decimalValue(),
        roundJson,
        text(read, "ssn", ts),
        ts);
  }

  private Application check(
      RawRecord raw,
      String requestId,
      String type,
      BigDecimal written,
      boolean round,
      String ssn,
      Instant ts)
      throws UnreadableRecord {
    if (requestId.isBlank()) {
      throw unreadable(Reason.MISSING_FIELD, "request_id is blank", ts);
    }
    if (ssn.isBlank()) {
      throw unreadable(Reason.MISSING_FIELD, "ssn is blank", ts);
    }
    checkLength("request_id", requestId, ts);
    checkLength("ssn", ssn, ts);
    ApplicantType applicant =
        switch (type) {
          case "KNOWN" -> ApplicantType.KNOWN;
          case "UNKNOWN" -> ApplicantType.UNKNOWN;
          default ->
              throw unreadable(
                  Reason.INVALID_VALUE, "applicant_type is neither KNOWN nor UNKNOWN", ts);
        };
    BigDecimal amount = round ? inCents(written) : written;
    if (amount.signum() <= 0 || amount.compareTo(MAX_AMOUNT) > 0) {
      throw unreadable(Reason.INVALID_VALUE, "amount is not above 0 and at most 1e9", ts);
    }
    // Stripped first, because comparing a number such as 1e-999999999 would write out its digits.
    if (amount.stripTrailingZeros().scale() > CENTS) {
      throw unreadable(Reason.INVALID_VALUE, "amount has more than two decimals", ts);
    }
    if (amount.compareTo(written) != 0) {
      onRounded.run();
    }
    return new Application(
        requestId, applicant, amount.setScale(CENTS), Ssn.of(ssn), ts, raw.origin());
  }

  /**
   * Rounds half up if the contract may allow the amount. The range is compared first, because
   * rounding a number such as 1e-999999999 would write out all its digits.
   */
  private static BigDecimal inCents(BigDecimal amount) {
    if (amount.compareTo(HALF_CENT) < 0) {
      return BigDecimal.ZERO;
    }
    return amount.compareTo(MAX_AMOUNT.add(HALF_CENT)) < 0
        ? amount.setScale(CENTS, RoundingMode.HALF_UP)
        : amount;
  }

  private static void checkLength(String name, String id, Instant ts) throws UnreadableRecord {
    if (TextLimit.ID.isExceededBy(id)) {
      throw unreadable(Reason.TOO_LONG, TextLimit.ID.detail(name), ts);
    }
  }

  private static Instant time(JsonNode read) throws UnreadableRecord {
    String text = text(read, "ts", null);
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getOffset().equals(ZoneOffset.UTC)) {
        return checked(time.toInstant());
      }
    } catch (DateTimeException e) {
      // Reported below without the text.
    }
    throw new UnreadableRecord(Reason.WRONG_TYPE, "ts is not an ISO-8601 time in UTC");
  }

  /** Truncates to milliseconds, as in Avro, so that a time does not depend on the encoding. */
  private static Instant checked(Instant time) throws UnreadableRecord {
    Instant ts = time.truncatedTo(ChronoUnit.MILLIS);
    if (ts.isBefore(EARLIEST) || ts.isAfter(LATEST)) {
      throw new UnreadableRecord(Reason.INVALID_VALUE, "ts is outside the years 1 to 9999");
    }
    return ts;
  }

  private static String text(JsonNode read, String name, Instant ts) throws UnreadableRecord {
    JsonNode value = field(read, name, ts);
    if (!value.isTextual()) {
      throw unreadable(Reason.WRONG_TYPE, name + " is not a string", ts);
    }
    String text = value.textValue();
    if (!StrictJson.isUnicode(text)) {
      throw unreadable(Reason.INVALID_VALUE, name + " is not Unicode text", ts);
    }
    return text;
  }

  private static JsonNode field(JsonNode read, String name, Instant ts) throws UnreadableRecord {
    JsonNode value = read.get(name);
    if (value == null || value.isNull()) {
      throw unreadable(Reason.MISSING_FIELD, name + " is missing", ts);
    }
    return value;
  }

  private static UnreadableRecord unreadable(Reason reason, String detail, Instant ts) {
    UnreadableRecord unreadable = new UnreadableRecord(reason, detail);
    return ts == null ? unreadable : unreadable.at(joda(ts));
  }

  private static org.joda.time.Instant joda(Instant ts) {
    return org.joda.time.Instant.ofEpochMilli(ts.toEpochMilli());
  }
}
