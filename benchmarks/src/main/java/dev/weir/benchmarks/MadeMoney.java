package dev.weir.benchmarks;

import dev.weir.money.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/**
 * Generated events of many users: of every ten, one changes a user, two begin sessions and seven
 * move money. Each is up to 15 s late, and one in a hundred is repeated within two seconds. Most
 * movements belong to a session that has begun, two in a hundred to one that begins up to five
 * minutes later, and one in a hundred to a session that is never published.
 *
 * @param users number of users
 * @param micros microseconds of event time from one event to the next
 */
record MadeMoney(long users, long micros) implements MoneyLines {
  private static final long FIRST = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
  private static final long DISORDER_MILLIS = 15_000;
  private static final long TWICE_WITHIN_MILLIS = 2_000;
  private static final long LATER_WITHIN_MILLIS = 270_000;
  private static final long SESSION_MILLIS = 1_800_000;
  private static final String[] COUNTRIES = {"UY", "AR", "BR", "CL", "PY", "DE", "ES", "US"};
  private static final String[] MONEY = {"CASH", "CARD", "BONUS", "CREDIT", "TRANSFER"};

  @Override
  public long timeOf(long n) {
    return FIRST + n * micros / 1000;
  }

  @Override
  public Line get(long n) {
    long chance = mix(n, 1);
    long back = 1 + Math.floorMod(mix(n, 2), Math.max(1, TWICE_WITHIN_MILLIS * 1000 / micros));
    return Math.floorMod(chance, 100) == 0 && back <= n ? make(n - back) : make(n);
  }

  private Line make(long n) {
    long decade = n / 10;
    long chance = Math.floorMod(mix(n, 3), 100);
    Instant at = Instant.ofEpochMilli(timeOf(n) - Math.floorMod(mix(n, 4), DISORDER_MILLIS));
    return switch ((int) (n % 10)) {
      case 0 -> change(n, at);
      case 1, 2 -> session(decade * 2 + n % 10 - 1, at);
      default -> movement(n, decade, chance, at);
    };
  }

  private Line change(long n, Instant at) {
    String head = "\"id\":\"change-" + n + "\",\"userId\":\"" + user(mix(n, 5)) + "\",";
    String time = "\"processedAt\":\"" + at + "\",";
    boolean address = Math.floorMod(mix(n, 6), 2) == 0;
    return line(
        Stream.USERS,
        address
            ? "{\"type\":\"ChangeAddressEvent\","
                + head
                + time
                + "\"address\":\"Calle "
                + n % 1000
                + "\",\"residentCountryCode\":\""
                + COUNTRIES[Math.floorMod(mix(n, 7), COUNTRIES.length)]
                + "\",\"postalCode\":\""
                + (11_000 + n % 1000)
                + "\"}"
            : "{\"type\":\"ChangeBirthDateEvent\","
                + head
                + time
                + "\"birthYear\":"
                + (1940 + Math.floorMod(mix(n, 8), 65))
                + ",\"birthCityPlace\":\"Montevideo\"}");
  }

  private Line session(long session, Instant at) {
    return line(
        Stream.SESSIONS,
        "{\"type\":\"UserSessionCreatedEvent\",\"id\":\"session-"
            + session
            + "\",\"userId\":\""
            + user(mix(session, 9))
            + "\",\"processedAt\":\""
            + at
            + "\",\"clientCountryCode\":\""
            + COUNTRIES[Math.floorMod(mix(session, 10), COUNTRIES.length)]
            + "\"}");
  }

  private Line movement(long n, long decade, long chance, Instant at) {
    long place = mix(n, 11);
    long decadeMicros = 10 * micros;
    long of =
        chance < 2
            ? decade + 1 + Math.floorMod(place, LATER_WITHIN_MILLIS * 1000 / decadeMicros)
            : decade
                - Math.floorMod(place, Math.min(decade + 1, SESSION_MILLIS * 1000 / decadeMicros));
    long session = of * 2 + Math.floorMod(mix(n, 12), 2);
    boolean payment = Math.floorMod(mix(n, 13), 2) == 0;
    long cents = 1 + Math.floorMod(mix(n, 14), 100_000);
    long opening = cents + Math.floorMod(mix(n, 15), 1_000_000);
    return line(
        Stream.WALLET,
        "{\"type\":\""
            + (payment ? "PaymentEvent" : "TransactionEvent")
            + "\",\"id\":\"money-"
            + n
            + "\",\"userId\":\""
            + user(mix(session, 9))
            + "\",\"userSessionId\":\""
            + (chance == 2 ? "untold-" : "session-")
            + session
            + "\",\"processedAt\":\""
            + at
            + "\",\"amount\":"
            + decimal(cents)
            + ",\"currency\":\"UYU\",\"openingBalance\":"
            + decimal(opening)
            + ",\"closingBalance\":"
            + decimal(opening - cents)
            + ",\"moneyType\":\""
            + MONEY[Math.floorMod(mix(n, 16), MONEY.length)]
            + (payment ? "\",\"paymentRelatedThing\":\"" : "\",\"transactionRelatedThing\":\"")
            + "thing-"
            + n % 5000
            + "\",\"isOldMoneyEvent\":false}");
  }

  private static String decimal(long cents) {
    long rest = cents % 100;
    return cents / 100 + (rest < 10 ? ".0" : ".") + rest;
  }

  private String user(long chance) {
    return String.format(Locale.ROOT, "user-%06d", Math.floorMod(chance, users));
  }

  private static Line line(Stream stream, String json) {
    return new Line(stream, json.getBytes(StandardCharsets.UTF_8));
  }

  /** A finalizer as in SplittableRandom: the results of neighboring numbers are unrelated. */
  private static long mix(long n, long salt) {
    long z = (n * 31 + salt) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
