package dev.weir.loan;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Loan applications for tests: {@code anApplication().unknown().amount("250.50").json()}. */
public final class Applications {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static final Origin FIRST_LINE = Origin.ofFile("applications.jsonl", 1);

  private final Map<String, String> json = new LinkedHashMap<>();
  private String requestId = "r1";
  private String type = "KNOWN";
  private String amount = "100.00";
  private String ssn = "123-45-6780";
  private Instant ts = NOON;
  private Origin origin = FIRST_LINE;

  private Applications() {}

  /** The moment that all tests start from. */
  public static Instant noon() {
    return NOON;
  }

  /** An application of a known applicant at noon, over 100.00. */
  public static Applications anApplication() {
    return new Applications();
  }

  public Applications known() {
    return type("KNOWN");
  }

  public Applications unknown() {
    return type("UNKNOWN");
  }

  public Applications type(String name) {
    type = name;
    return this;
  }

  public Applications id(String text) {
    requestId = text;
    return this;
  }

  public Applications amount(String decimal) {
    amount = decimal;
    return this;
  }

  public Applications ssn(String number) {
    ssn = number;
    return this;
  }

  public Applications at(Instant time) {
    ts = time;
    return this;
  }

  public Applications afterNoon(Duration wait) {
    return at(NOON.plus(wait));
  }

  public Applications from(Origin place) {
    origin = place;
    return this;
  }

  public Applications onLine(long line) {
    return from(Origin.ofFile(origin.source(), line));
  }

  /** Sets the field in the JSON form to this value, which is written unchanged. */
  public Applications with(String field, String value) {
    json.put(field, value);
    return this;
  }

  /** Omits the field from the JSON form. */
  public Applications without(String field) {
    json.put(field, null);
    return this;
  }

  public Application build() {
    return new Application(
        requestId,
        ApplicantType.valueOf(type),
        new BigDecimal(amount).setScale(2),
        Ssn.of(ssn),
        ts,
        origin);
  }

  public String json() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("request_id", quoted(requestId));
    fields.put("applicant_type", quoted(type));
    fields.put("amount", amount);
    fields.put("ssn", quoted(ssn));
    fields.put("ts", quoted(ts.toString()));
    fields.putAll(json);
    return fields.entrySet().stream()
        .filter(field -> field.getValue() != null)
        .map(field -> quoted(field.getKey()) + ":" + field.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  public RawRecord asJson() {
    return asJson(json());
  }

  /** Returns a record with any text in place of an application. */
  public RawRecord asJson(String text) {
    return new RawRecord(text.getBytes(StandardCharsets.UTF_8), Encoding.JSON, origin);
  }

  public LoanApplication record() {
    return new LoanApplication(requestId, type, Double.parseDouble(amount), ssn, ts);
  }

  public byte[] avro() {
    try {
      ByteBuffer encoded = record().toByteBuffer();
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RawRecord asAvro() {
    return asAvro(avro());
  }

  /** Returns a record with any bytes in place of an application. */
  public RawRecord asAvro(byte[] bytes) {
    return new RawRecord(bytes, Encoding.AVRO, origin);
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
