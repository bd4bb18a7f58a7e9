package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Reads a decimal number in every form that Debezium and Connect's JSON converter write: a string,
 * a number, base64 of its digits if the schema part declares it, or a struct of scale and digits.
 * Digits that could also be base64 are rejected.
 */
final class DecimalColumn {
  private static final String PRECISE = "org.apache.kafka.connect.data.Decimal";
  private static final String VARIABLE = "io.debezium.data.VariableScaleDecimal";
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** Far more than any column has; longer values are not decoded. */
  private static final int LONGEST_BASE64 = 1_024;

  /** Base64 comes in groups of this many characters, padded with {@code =}. */
  private static final int GROUP = 4;

  private DecimalColumn() {}

  /**
   * @param precision the maximum number of digits
   * @param scale the scale of the result; a number with more decimals is rejected
   * @throws UnreadableRecord if the value is not such a number or is ambiguous
   */
  static BigDecimal read(
      String column, JsonNode value, ColumnSchema schema, int precision, int scale)
      throws UnreadableRecord {
    BigDecimal number = number(column, value, schema);
    if (number == null) {
      throw new UnreadableRecord(Reason.WRONG_TYPE, column + " is not a decimal number");
    }
    if (number.signum() == 0) {
      return BigDecimal.ZERO.setScale(scale);
    }
    // Checked before anything is computed: stripping the zeros of 100e2147483647 would overflow.
    if ((long) number.precision() - number.scale() > precision - scale) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE, column + " has more than " + precision + " digits");
    }
    // Stripped first, because comparing a number such as 1e-999999999 would write out its digits.
    BigDecimal plain = number.stripTrailingZeros();
    if (plain.scale() > scale) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE, column + " has more than " + scale + " decimals");
    }
    return plain.setScale(scale);
  }

  /** Returns null if the value is not a decimal number. */
  private static BigDecimal number(String column, JsonNode value, ColumnSchema schema)
      throws UnreadableRecord {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    if (value.isObject()) {
      JsonNode scale = value.path("scale");
      boolean variable = schema.isNone() || schema.name().equals(VARIABLE);
      return variable && scale.isInt() ? ofDigits(value.path("value"), scale.intValue()) : null;
    }
    if (schema.name().equals(PRECISE)) {
      try {
        return ofDigits(value, Integer.parseInt(schema.parameters().path("scale").asText()));
      } catch (NumberFormatException e) {
        return null;
      }
    }
    boolean mayBeText = schema.isNone() || schema.type().equals("string");
    if (!value.isTextual() || !mayBeText || !DECIMAL.matcher(value.textValue()).matches()) {
      return null;
    }
    if (schema.isNone() && mayBeBase64(value.textValue())) {
      throw new UnreadableRecord(
          Reason.WRONG_TYPE,
          column
              + " may be a number or base64, and there is no schema part: set"
              + " decimal.handling.mode=string, which writes a decimal point");
    }
    return new BigDecimal(value.textValue());
  }

  /** Base64 contains neither a sign nor a decimal point. */
  private static boolean mayBeBase64(String text) {
    return text.length() % GROUP == 0 && DIGITS.matcher(text).matches();
  }

  private static BigDecimal ofDigits(JsonNode base64, int scale) {
    if (!base64.isTextual() || base64.textValue().length() > LONGEST_BASE64) {
      return null;
    }
    try {
      return new BigDecimal(new BigInteger(Base64.getDecoder().decode(base64.textValue())), scale);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
