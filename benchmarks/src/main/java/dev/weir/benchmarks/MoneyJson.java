package dev.weir.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.money.EnrichedMoney;
import dev.weir.money.MoneyEvent;
import dev.weir.money.UserFacts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes enriched money as JSON, identically for both sides. */
final class MoneyJson {
  private static final JsonFactory JSON = new JsonFactory();

  private MoneyJson() {}

  static byte[] write(EnrichedMoney enriched) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeFieldName("money");
      money(json, enriched.getMoney());
      json.writeFieldName("userInfo");
      user(json, enriched.getUserInfo());
      if (enriched.getSessionInfo() == null) {
        json.writeNullField("sessionInfo");
      } else {
        json.writeObjectFieldStart("sessionInfo");
        json.writeStringField(
            "clientCountryCode", enriched.getSessionInfo().getClientCountryCode());
        json.writeEndObject();
      }
      json.writeBooleanField("firstOccurrence", enriched.getFirstOccurrence());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void money(JsonGenerator json, MoneyEvent money) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", money.getType());
    json.writeStringField("id", money.getId());
    json.writeStringField("userId", money.getUserId());
    json.writeStringField("userSessionId", money.getUserSessionId());
    json.writeStringField("processedAt", money.getProcessedAt());
    raw(json, "amount", money.getAmount());
    json.writeStringField("currency", money.getCurrency());
    raw(json, "openingBalance", money.getOpeningBalance());
    raw(json, "closingBalance", money.getClosingBalance());
    json.writeStringField("moneyType", money.getMoneyType());
    raw(json, "paymentRelatedThing", money.getPaymentRelatedThing());
    raw(json, "transactionRelatedThing", money.getTransactionRelatedThing());
    json.writeBooleanField("isOldMoneyEvent", money.getIsOldMoneyEvent());
    json.writeEndObject();
  }

  private static void user(JsonGenerator json, UserFacts user) throws IOException {
    if (user == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    if (user.getBirthYear() != null) {
      json.writeStringField("birthYear", user.getBirthYear().toString());
    }
    if (user.getResidentCountryCode() != null) {
      json.writeStringField("residentCountryCode", user.getResidentCountryCode());
    }
    json.writeEndObject();
  }

  private static void raw(JsonGenerator json, String name, String value) throws IOException {
    if (value != null) {
      json.writeFieldName(name);
      json.writeRawValue(value);
    }
  }
}
