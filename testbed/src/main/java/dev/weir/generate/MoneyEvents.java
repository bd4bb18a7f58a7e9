package dev.weir.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/**
 * Generates the events of money-enrichment as JSON. The same random numbers give the same contents.
 */
final class MoneyEvents {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keeps both decimals of an amount. */
  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);

  private static final List<String> CURRENCIES = List.of("UYU", "UYU", "UYU", "ARS", "BRL", "USD");
  private static final List<String> MONEY_TYPES =
      List.of("CASH", "CASH", "CASH", "CASH", "BONUS", "BONUS", "CREDIT", "POINTS");
  private static final List<String> STREETS =
      List.of("Calle del Sauce", "Rua das Flores", "Avenida Norte", "Camino Viejo", "Plaza Chica");
  private static final List<String> CITIES =
      List.of("Salto", "Rocha", "Santos", "Rosario", "Mendoza", "Arica", "Cusco", "Loja");
  private static final List<String> COUNTRIES =
      List.of("UY", "UY", "UY", "AR", "AR", "BR", "CL", "PY", "PE", "EC");
  private static final List<String> LANGUAGES = List.of("es", "pt", "en");

  private final Random random;

  MoneyEvents(Random random) {
    this.random = random;
  }

  /**
   * Returns a transaction if {@code adds}, otherwise a payment.
   *
   * @param session null for none; the event then has a null or omits the field
   * @param opening the balance before, in cents
   * @param amount in cents, above 0
   */
  ObjectNode money(
      String id,
      String userId,
      String session,
      Instant at,
      long opening,
      long amount,
      boolean adds,
      boolean old) {
    ObjectNode event = event(adds ? "TransactionEvent" : "PaymentEvent", id, userId);
    if (session != null) {
      event.put("userSessionId", session);
    } else if (random.nextBoolean()) {
      event.putNull("userSessionId");
    }
    event.put("processedAt", at.toString());
    event.put("amount", cents(amount));
    event.put("currency", pick(CURRENCIES));
    event.put("openingBalance", cents(opening));
    event.put("closingBalance", cents(adds ? opening + amount : opening - amount));
    event.put("moneyType", pick(MONEY_TYPES));
    event.put(
        adds ? "transactionRelatedThing" : "paymentRelatedThing",
        (adds ? "deposit-" : "order-") + random.nextInt(1_000_000));
    event.put("isOldMoneyEvent", old);
    return event;
  }

  /** Returns an address change; its country is sometimes null. */
  ObjectNode addressChange(String id, String userId, Instant at) {
    return event("ChangeAddressEvent", id, userId)
        .put("processedAt", at.toString())
        .put("address", pick(STREETS) + " " + (1 + random.nextInt(200)))
        .put("residentCountryCode", random.nextInt(30) == 0 ? null : pick(COUNTRIES))
        .put("postalCode", Integer.toString(10_000 + random.nextInt(90_000)));
  }

  /** Returns a birth date change; its year is sometimes null. */
  ObjectNode birthDateChange(String id, String userId, Instant at) {
    return event("ChangeBirthDateEvent", id, userId)
        .put("processedAt", at.toString())
        .put("birthYear", random.nextInt(30) == 0 ? null : (Integer) (1930 + random.nextInt(78)))
        .put("birthCityPlace", pick(CITIES));
  }

  ObjectNode languageChange(String id, String userId, Instant at) {
    return event("ChangeLanguageEvent", id, userId)
        .put("processedAt", at.toString())
        .put("language", pick(LANGUAGES));
  }

  static ObjectNode sessionCreated(String id, String userId, Instant at, String country) {
    return event("UserSessionCreatedEvent", id, userId)
        .put("processedAt", at.toString())
        .put("clientCountryCode", country);
  }

  static ObjectNode sessionClosed(String id, String userId, Instant at) {
    return event("UserSessionClosedEvent", id, userId).put("processedAt", at.toString());
  }

  static byte[] json(JsonNode event) {
    try {
      return JSON.writeValueAsBytes(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  private static ObjectNode event(String type, String id, String userId) {
    return NODES.objectNode().put("type", type).put("id", id).put("userId", userId);
  }

  private static BigDecimal cents(long count) {
    return BigDecimal.valueOf(count, 2);
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
