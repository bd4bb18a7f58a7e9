package dev.weir.spend;

import java.time.Duration;
import java.time.Instant;

/** Changes of what ACC1 spends in dollars, in readable form; the default is 10.00 added at noon. */
record Changes(
    String account, String currency, Instant time, long cents, int count, Instant commit) {
  static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  static Changes spent(String amount) {
    return new Changes("ACC1", "USD", NOON, cents(amount), 1, NOON);
  }

  static Changes takenBack(String amount) {
    return new Changes("ACC1", "USD", NOON, cents(amount), -1, NOON);
  }

  static long cents(String amount) {
    return new java.math.BigDecimal(amount).movePointRight(2).longValueExact();
  }

  Changes by(String otherAccount) {
    return new Changes(otherAccount, currency, time, cents, count, commit);
  }

  Changes in(String otherCurrency) {
    return new Changes(account, otherCurrency, time, cents, count, commit);
  }

  /** The transaction's own time, and the commit. */
  Changes at(Duration afterNoon) {
    return new Changes(account, currency, NOON.plus(afterNoon), cents, count, NOON.plus(afterNoon));
  }

  Changes committed(Duration afterNoon) {
    return new Changes(account, currency, time, cents, count, NOON.plus(afterNoon));
  }

  SpendChange build() {
    return new SpendChange(
        account, currency, time.toEpochMilli(), cents, count, commit.toEpochMilli());
  }
}
