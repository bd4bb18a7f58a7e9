package dev.weir.money;

import java.time.Duration;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/** Events of one user's day, by default at noon and in the order in which they are created. */
final class Happening {
  static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
  private static long made;

  private final StoredEvent event = new StoredEvent();
  private MoneyEvent money;
  private Duration place;
  private Duration at = Duration.ZERO;

  private Happening(Stream stream, String id, Object content) {
    event.setStream(stream);
    event.setId(id);
    event.setSource(stream.name().toLowerCase(java.util.Locale.ROOT));
    event.setPartition(0);
    event.setPosition(made++);
    event.setContent(content);
    by("ann");
  }

  /** A payment of money type CASH. */
  static Happening payment(String id) {
    MoneyEvent money =
        MoneyEvent.newBuilder()
            .setType("PaymentEvent")
            .setId(id)
            .setUserId("ann")
            .setProcessedAt("")
            .setAmount("12.50")
            .setCurrency("UYU")
            .setOpeningBalance("100.00")
            .setClosingBalance("87.50")
            .setMoneyType("CASH")
            .setIsOldMoneyEvent(false)
            .build();
    Happening happening = new Happening(Stream.WALLET, id, money);
    happening.money = money;
    return happening.by("ann");
  }

  static Happening session(String id, String country) {
    return new Happening(Stream.SESSIONS, id, new SessionCreation(country));
  }

  /**
   * @param country may be null
   */
  static Happening address(String id, String country) {
    return new Happening(Stream.USERS, id, new AddressChange(country));
  }

  /**
   * @param year may be null
   */
  static Happening birth(String id, Integer year) {
    return new Happening(Stream.USERS, id, new BirthDateChange(year));
  }

  Happening by(String user) {
    event.setUserId(user);
    if (money != null) {
      money.setUserId(user);
    }
    return this;
  }

  Happening of(String moneyType) {
    money.setMoneyType(moneyType);
    return this;
  }

  Happening in(String session) {
    money.setUserSessionId(session);
    return this;
  }

  Happening old() {
    money.setIsOldMoneyEvent(true);
    return this;
  }

  Happening on(String source, int partition, long position) {
    event.setSource(source);
    event.setPartition(partition);
    event.setPosition(position);
    return this;
  }

  /**
   * @param afterNoon when it was processed
   */
  Happening at(Duration afterNoon) {
    at = afterNoon;
    return this;
  }

  /**
   * @param afterNoon the time that its log had reached when it arrived
   */
  Happening lateAt(Duration afterNoon) {
    place = afterNoon;
    return this;
  }

  StoredEvent event() {
    Instant processedAt = NOON.plus(at.toMillis());
    event.setProcessedAt(processedAt.getMillis());
    if (money != null) {
      money.setProcessedAt(processedAt.toString());
    }
    return event;
  }

  /** The event at its place in the order. */
  TimestampedValue<StoredEvent> arriving() {
    return TimestampedValue.of(event(), NOON.plus((place == null ? at : place).toMillis()));
  }
}
