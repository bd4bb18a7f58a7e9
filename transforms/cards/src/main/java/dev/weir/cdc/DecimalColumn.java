package dev.weir.cdc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;
import java.util.regex.Pattern;

/**
 * Reads a decimal number in each form in which Debezium and Connect's JSON converter write one: as
 * a text, as a number, as base64 of its digits where the schema part says so, as a struct of scale
 * and digits. Digits that may as well be base64 are refused.
 */
final class DecimalColumn {
  private static final String PRECISE = "org.apache.kafka.connect.data.Decimal";
  private static final String VARIABLE = "io.debezium.data.VariableScaleDecimal";
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?");
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** Far more than any column has: what is longer is not decoded. */
  private static final int LONGEST_BASE64 = 1_024;

  /** Base64 comes in groups of so many characters, filled up with {@code =}. */
  private static final int GROUP = 4;

  private DecimalColumn() {}

  /**
   * @param precision digits, at most
   * @param scale of the result; more decimals than that are refused
   * @throws UnreadableRecord where the value is not such a number, or not certainly the one it
   *     seems
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
    // Compared before anything is computed: 100e2147483647 overflows when its zeros are stripped.
    if ((long) number.precision() - number.scale() > precision - scale) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE, column + " has more than " + precision + " digits");
    }
    // Stripped first: a number such as 1e-999999999 would be written out before it is compared.
    BigDecimal plain = number.stripTrailingZeros();
    if (plain.scale() > scale) {
      throw new UnreadableRecord(
          Reason.INVALID_VALUE, column + " has more than " + scale + " decimals");
    }
    return plain.setScale(scale);
  }

  /** Null where it is not a decimal number. */
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
              + " is a number or base64, which only a schema part tells apart: set"
              + " decimal.handling.mode=string, which writes a decimal point");
    }
    return new BigDecimal(value.textValue());
  }

  /** Base64 has neither a sign nor a point. */
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
