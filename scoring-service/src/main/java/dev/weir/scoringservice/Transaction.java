package dev.weir.scoringservice;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.httpservice.MalformedBody;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * The data of a transaction that the model needs. Account, merchant and time are checked but not
 * kept: no rule reads them.
 *
 * @param location null if unknown
 */
record Transaction(String id, BigDecimal amount, String location) {

  private static final int LONGEST_AMOUNT = 64;
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

  /** Reads one transaction; fields that the contract does not know are ignored. */
  static Transaction read(JsonNode node) throws MalformedBody {
    if (!node.isObject()) {
      throw new MalformedBody("a transaction must be a JSON object");
    }
    String id = name("txn_id", node);
    name("account_number", node);
    BigDecimal amount = amount(field("amount", node));
    nameOrNull("merchant", node);
    String location = nameOrNull("location", node);
    time(field("tx_time", node));
    return new Transaction(id, amount, location);
  }

  /** The id of an element that may not be a transaction; null if it has none. */
  static String idOf(JsonNode node) {
    JsonNode id = node.path("txn_id");
    return isName(id) ? id.textValue() : null;
  }

  private static JsonNode field(String name, JsonNode node) throws MalformedBody {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new MalformedBody("\"" + name + "\" is missing");
    }
    return value;
  }

  private static String name(String field, JsonNode node) throws MalformedBody {
    JsonNode value = field(field, node);
    if (!isName(value)) {
      throw new MalformedBody("\"" + field + "\" must be a non-blank string");
    }
    return value.textValue();
  }

  private static boolean isName(JsonNode value) {
    return value.isTextual() && !value.textValue().isBlank();
  }

  private static String nameOrNull(String field, JsonNode node) throws MalformedBody {
    JsonNode value = field(field, node);
    if (!value.isNull() && !value.isTextual()) {
      throw new MalformedBody("\"" + field + "\" must be a string or null");
    }
    return value.textValue();
  }

  private static BigDecimal amount(JsonNode value) throws MalformedBody {
    if (value.isNumber()) {
      return value.decimalValue();
    }
    if (value.isTextual()
        && value.textValue().length() <= LONGEST_AMOUNT
        && DECIMAL.matcher(value.textValue()).matches()) {
      return new BigDecimal(value.textValue());
    }
    throw new MalformedBody("\"amount\" must be a number or a string that holds a decimal one");
  }

  private static void time(JsonNode value) throws MalformedBody {
    try {
      if (value.isTextual()) {
        DateTimeFormatter.ISO_DATE_TIME.parse(value.textValue());
        return;
      }
    } catch (DateTimeException quotesTheText) {
      // Reported below without the text.
    }
    throw new MalformedBody("\"tx_time\" must be a time as in 2026-01-05T12:00:00Z");
  }
}
