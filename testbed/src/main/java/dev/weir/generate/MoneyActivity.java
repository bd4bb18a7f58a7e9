package dev.weir.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.generate.MoneyRecord.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;

/**
 * An endless sequence of generated activity of a wallet's users, in the order in which it is sent;
 * a pure function of its seed and settings. Users open sessions, move, report their birth date, pay
 * and are paid. Record n is due n periods after the start. Its event happened at most the disorder
 * earlier, so no record is further behind the latest record before it, in its stream or in any part
 * of the stream.
 *
 * <p>{@link Kind#LATE} records are the exception: each is more than {@link #ON_TIME} behind an
 * earlier event of the same user on the same stream, however the stream is partitioned by user. A
 * duplicate has the bytes of a record that was sent at most {@link #REPEATED_WITHIN} before.
 */
public final class MoneyActivity implements Iterable<MoneyRecord> {
  /** How far behind others a record may be without being late. */
  public static final Duration ON_TIME = Duration.ofSeconds(20);

  /** The maximum additional delay of a late record. */
  public static final Duration LATEST = Duration.ofMinutes(10);

  /** The maximum age of a duplicate's event. */
  public static final Duration REPEATED_WITHIN = Duration.ofHours(23);

  /** The maximum time from the first payment that names a session to that session. */
  public static final Duration SESSION_AFTER_PAYMENT = Duration.ofMinutes(4);

  private static final Duration SESSION_RENEWED_AFTER = Duration.ofHours(12);
  private static final Duration SESSION_KEPT_FOR = Duration.ofHours(30);

  private final long seed;
  private final Instant first;
  private final Function<String, Optional<String>> countries;
  private final double rate;
  private final int users;
  private final Duration disorder;
  private final double late;
  private final double duplicates;
  private final double malformed;

  private MoneyActivity(
      long seed,
      Instant first,
      Function<String, Optional<String>> countries,
      double rate,
      int users,
      Duration disorder,
      double late,
      double duplicates,
      double malformed) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("the rate must be above 0, not " + rate);
    }
    if (users < 1) {
      throw new IllegalArgumentException("the number of users must be above 0, not " + users);
    }
    if (disorder.isNegative() || disorder.compareTo(ON_TIME) > 0) {
      throw new IllegalArgumentException(
          "the disorder must be between 0 and " + ON_TIME.toSeconds() + " s, not " + disorder);
    }
    requireShare("late records", late);
    requireShare("duplicates", duplicates);
    requireShare("malformed records", malformed);
    if (duplicates + malformed > 1) {
      throw new IllegalArgumentException(
          "the shares of duplicates and malformed records must not exceed 1 together");
    }
    this.seed = seed;
    this.first = first.truncatedTo(ChronoUnit.MILLIS);
    this.countries = countries;
    this.rate = rate;
    this.users = users;
    this.disorder = disorder;
    this.late = late;
    this.duplicates = duplicates;
    this.malformed = malformed;
  }

  /**
   * Returns an activity of a hundred users with ten records a second, up to 15 s out of order; one
   * in 200 is late, one in 100 is sent twice, one in 700 is malformed.
   *
   * @param seed also names the run in all of its ids
   * @param first no event is earlier
   * @param countries the session service's country for a session id, empty for an unknown id;
   *     sessions with unknown ids never appear on the stream. Must know some ids
   */
  public static MoneyActivity seeded(
      long seed, Instant first, Function<String, Optional<String>> countries) {
    return new MoneyActivity(
        seed, first, countries, 10, 100, Duration.ofSeconds(15), 0.005, 0.01, 0.0015);
  }

  /** Returns a copy whose records are due {@code 1/perSecond} seconds apart. */
  public MoneyActivity withRate(double perSecond) {
    return new MoneyActivity(
        seed, first, countries, perSecond, users, disorder, late, duplicates, malformed);
  }

  /** Returns a copy with this number of users. */
  public MoneyActivity withUsers(int count) {
    return new MoneyActivity(
        seed, first, countries, rate, count, disorder, late, duplicates, malformed);
  }

  /** Returns a copy where an event that is not late is sent at most this long after it happened. */
  public MoneyActivity withDisorder(Duration longest) {
    return new MoneyActivity(
        seed, first, countries, rate, users, longest, late, duplicates, malformed);
  }

  /**
   * Returns a copy where this share of the new events, 0 to 1, is late. The share is lower in the
   * first minutes, when users have too little history.
   */
  public MoneyActivity withLate(double share) {
    return new MoneyActivity(
        seed, first, countries, rate, users, disorder, share, duplicates, malformed);
  }

  /** Returns a copy where this share of the records, 0 to 1, repeats an earlier one. */
  public MoneyActivity withDuplicates(double share) {
    return new MoneyActivity(seed, first, countries, rate, users, disorder, late, share, malformed);
  }

  /**
   * Returns a copy where this share of the records, 0 to 1, is unreadable or breaks the contract.
   */
  public MoneyActivity withMalformed(double share) {
    return new MoneyActivity(
        seed, first, countries, rate, users, disorder, late, duplicates, share);
  }

  public double rate() {
    return rate;
  }

  public long seed() {
    return seed;
  }

  @Override
  public Iterator<MoneyRecord> iterator() {
    return new Run();
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of " + what + " must be between 0 and 1, not " + share);
    }
  }

  private final class Run implements Iterator<MoneyRecord> {
    // Not SplittableRandom: Random's contract specifies its algorithm.
    private final Random random = new Random(seed);
    private final MoneyEvents events = new MoneyEvents(random);
    private final String prefix = Long.toUnsignedString(seed, Character.MAX_RADIX) + "-";
    private final User[] all = new User[users];
    private final PriorityQueue<Opening> toOpen =
        new PriorityQueue<>(Comparator.comparing(Opening::due).thenComparing(Opening::session));
    private final Repeatable recent = new Repeatable(500);
    private final Repeatable old = new Repeatable(5_000);
    private long made;
    private long sessionsMade;
    private Happening last;
    private long now;

    private Run() {
      for (int n = 0; n < users; n++) {
        all[n] = new User("user-" + prefix + n, n);
      }
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public MoneyRecord next() {
      now = first.plusNanos((long) (made * 1e9 / rate)).toEpochMilli();
      double draw = random.nextDouble();
      MoneyRecord record = null;
      if (draw < malformed) {
        record = malformed();
      } else if (draw < malformed + duplicates) {
        record = duplicate();
      }
      if (record == null) {
        record = !toOpen.isEmpty() && toOpen.peek().due() <= now ? opened() : fresh();
      }
      made++;
      return record;
    }

    private MoneyRecord fresh() {
      int draw = random.nextInt(100);
      if (draw == 99 && isInReach(last)) {
        // At the same millisecond as another event of the user.
        return money(last.user(), new Timed(last.at(), Kind.EVENT));
      }
      User user = all[random.nextInt(users)];
      if (draw < 2 && user.session != null) {
        return ignored(
            MoneyStream.SESSIONS, user, MoneyEvents.sessionClosed(user.session, user.id, onTime()));
      }
      if (draw == 2) {
        return ignored(
            MoneyStream.USERS, user, events.languageChange(eventId(), user.id, onTime()));
      }
      if (draw < 10 && (user.moves || user.tellsBirth)) {
        return userChange(user);
      }
      boolean expired = now - user.sessionAt > SESSION_RENEWED_AFTER.toMillis();
      return draw < 25 || user.session == null || expired
          ? newSession(user)
          : money(user, time(MoneyStream.WALLET, user));
    }

    private MoneyRecord userChange(User user) {
      Timed time = time(MoneyStream.USERS, user);
      boolean moves = user.moves && (!user.tellsBirth || random.nextInt(10) < 7);
      ObjectNode event =
          moves
              ? events.addressChange(eventId(), user.id, time.at())
              : events.birthDateChange(eventId(), user.id, time.at());
      return sent(MoneyStream.USERS, user, time, event);
    }

    private MoneyRecord newSession(User user) {
      Timed time = time(MoneyStream.SESSIONS, user);
      user.enter(knownSession(), time.at().toEpochMilli());
      return session(user, user.session, time);
    }

    private MoneyRecord opened() {
      Opening opening = toOpen.remove();
      long at = Math.max(opening.due(), now - disorder.toMillis());
      return session(
          opening.user(), opening.session(), new Timed(Instant.ofEpochMilli(at), Kind.EVENT));
    }

    private MoneyRecord session(User user, String session, Timed time) {
      return sent(
          MoneyStream.SESSIONS,
          user,
          time,
          MoneyEvents.sessionCreated(
              session, user.id, time.at(), countries.apply(session).orElseThrow()));
    }

    private boolean isInReach(Happening what) {
      return what != null
          && what.user().session != null
          && what.at().toEpochMilli() >= now - disorder.toMillis();
    }

    private MoneyRecord money(User user, Timed time) {
      boolean adds = user.balance < 20_00 || random.nextInt(5) == 0;
      long amount = 1 + random.nextInt((int) Math.min(adds ? 500_00 : user.balance, 500_00));
      ObjectNode event =
          events.money(
              eventId(),
              user.id,
              sessionOf(user, time),
              time.at(),
              user.balance,
              amount,
              adds,
              random.nextInt(50) == 0);
      user.balance += adds ? amount : -amount;
      return sent(MoneyStream.WALLET, user, time, event);
    }

    /** Returns the user's current session for most payments. */
    private String sessionOf(User user, Timed time) {
      int draw = random.nextInt(100);
      if (draw < 5) {
        return null;
      }
      if (draw < 9) {
        // Not on the stream, and not always known to the service.
        return sessionId();
      }
      if (draw < 15 && time.kind() == Kind.EVENT) {
        long longest = SESSION_AFTER_PAYMENT.minus(ON_TIME).toMillis();
        long due = time.at().toEpochMilli() + 1 + (long) (random.nextDouble() * longest);
        user.enter(knownSession(), due);
        toOpen.add(new Opening(due, user, user.session));
      }
      return draw == 99 && user.sessionKept != null ? user.sessionKept : user.session;
    }

    private MoneyRecord duplicate() {
      // Most senders repeat immediately, some only when they are back after a night.
      MoneyRecord before = (random.nextInt(5) == 0 ? old : recent).draw(random);
      return before == null || now - before.at().toEpochMilli() > REPEATED_WITHIN.toMillis()
          ? null
          : before.again();
    }

    private MoneyRecord malformed() {
      User user = all[random.nextInt(users)];
      MoneyStream stream = MoneyStream.values()[random.nextInt(MoneyStream.values().length)];
      Instant at = Instant.ofEpochMilli(now);
      ObjectNode event =
          switch (stream) {
            case WALLET ->
                events.money(eventId(), user.id, sessionId(), at, 100_00, 1_00, true, false);
            case USERS -> events.addressChange(eventId(), user.id, at);
            case SESSIONS -> MoneyEvents.sessionCreated(sessionId(), user.id, at, "UY");
          };
      MoneyMalformation way =
          MoneyMalformation.values()[random.nextInt(MoneyMalformation.values().length)];
      return new MoneyRecord(stream, Kind.MALFORMED, user.id, at, way.spoil(event, random));
    }

    private MoneyRecord sent(MoneyStream stream, User user, Timed time, ObjectNode event) {
      int place = stream.ordinal();
      user.latest[place] = Math.max(user.latest[place], time.at().toEpochMilli());
      last = new Happening(user, time.at());
      MoneyRecord record =
          new MoneyRecord(stream, time.kind(), user.id, time.at(), MoneyEvents.json(event));
      recent.add(record);
      if (made % 16 == 0) {
        old.add(record);
      }
      return record;
    }

    private MoneyRecord ignored(MoneyStream stream, User user, ObjectNode event) {
      Instant at = Instant.parse(event.get("processedAt").textValue());
      return new MoneyRecord(stream, Kind.IGNORED, user.id, at, MoneyEvents.json(event));
    }

    private Timed time(MoneyStream stream, User user) {
      boolean late = random.nextDouble() < MoneyActivity.this.late;
      long latest = user.latest[stream.ordinal()];
      long room = latest - ON_TIME.toMillis() - first.toEpochMilli();
      if (late && room > 0) {
        long further = 1 + (long) (random.nextDouble() * Math.min(room, LATEST.toMillis()));
        return new Timed(Instant.ofEpochMilli(latest - ON_TIME.toMillis() - further), Kind.LATE);
      }
      return new Timed(onTime(), Kind.EVENT);
    }

    private Instant onTime() {
      long room = Math.min(disorder.toMillis(), now - first.toEpochMilli());
      return Instant.ofEpochMilli(now - (long) (random.nextDouble() * (room + 1)));
    }

    private String eventId() {
      return "e" + prefix + made;
    }

    private String sessionId() {
      return "s" + prefix + sessionsMade++;
    }

    private String knownSession() {
      for (int n = 0; n < 10_000; n++) {
        String session = sessionId();
        if (countries.apply(session).isPresent()) {
          return session;
        }
      }
      throw new IllegalArgumentException("the session service does not seem to know any session");
    }
  }

  /** A record's event time and the kind that follows from it. */
  private record Timed(Instant at, Kind kind) {}

  private record Happening(User user, Instant at) {}

  /** A session that will be on the stream when it is due, in milliseconds of event time. */
  private record Opening(long due, User user, String session) {}

  private static final class User {
    final String id;
    final boolean moves;
    final boolean tellsBirth;

    /** The latest event time of the user on each stream, by ordinal; milliseconds, 0 if none. */
    final long[] latest = new long[MoneyStream.values().length];

    String session;
    long sessionAt;

    /** An older session that the user may return to; it has expired by the time it is replaced. */
    String sessionKept;

    long sessionKeptAt;
    long balance;

    User(String id, int number) {
      this.id = id;
      // One user in five never reports an address, and one in three never reports a birth date.
      this.moves = number % 5 != 4;
      this.tellsBirth = number % 3 != 2;
    }

    void enter(String entered, long at) {
      if (sessionKept == null || at - sessionKeptAt > SESSION_KEPT_FOR.toMillis()) {
        sessionKept = session;
        sessionKeptAt = sessionAt;
      }
      session = entered;
      sessionAt = at;
    }
  }

  /** The last records, any of which can be sent again. */
  private static final class Repeatable {
    private final List<MoneyRecord> records = new ArrayList<>();
    private final int size;
    private int oldest;

    Repeatable(int size) {
      this.size = size;
    }

    void add(MoneyRecord record) {
      if (records.size() < size) {
        records.add(record);
      } else {
        records.set(oldest, record);
        oldest = (oldest + 1) % size;
      }
    }

    /** Returns null if there is none. */
    MoneyRecord draw(Random random) {
      return records.isEmpty() ? null : records.get(random.nextInt(records.size()));
    }
  }
}
