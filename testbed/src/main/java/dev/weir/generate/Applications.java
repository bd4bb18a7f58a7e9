package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.encoding.PlainJson;
import dev.weir.generate.MadeUpRecord.Kind;
import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * An endless sequence of generated loan applications, a pure function of its seed and settings:
 * every iterator starts again from the first record and gives the same bytes. The same seed gives
 * the same applications in every encoding.
 */
public final class Applications implements Iterable<MadeUpRecord> {
  private static final int REPEATABLE = 1000;

  private final long seed;
  private final Instant first;
  private final double rate;
  private final double duplicates;
  private final double malformed;
  private final boolean json;

  private Applications(
      long seed, Instant first, double rate, double duplicates, double malformed, boolean json) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new IllegalArgumentException("the rate must be above 0, not " + rate);
    }
    requireShare("duplicates", duplicates);
    requireShare("malformed records", malformed);
    if (duplicates + malformed > 1) {
      throw new IllegalArgumentException(
          "the shares of duplicates and malformed records must not exceed 1 together");
    }
    this.seed = seed;
    this.first = first.truncatedTo(ChronoUnit.MILLIS);
    this.rate = rate;
    this.duplicates = duplicates;
    this.malformed = malformed;
    this.json = json;
  }

  /**
   * Returns applications at ten a second, all valid and sent once, in Avro single-object encoding.
   *
   * @param seed also names the run in its request ids
   * @param first the first application's time
   */
  public static Applications seeded(long seed, Instant first) {
    return new Applications(seed, first, 10, 0, 0, false);
  }

  /** Returns a copy whose times are {@code 1/perSecond} seconds apart. */
  public Applications withRate(double perSecond) {
    return new Applications(seed, first, perSecond, duplicates, malformed, json);
  }

  /**
   * Returns a copy where this share of the records, 0 to 1, repeats one of the last 1000 fresh
   * records.
   */
  public Applications withDuplicates(double share) {
    return new Applications(seed, first, rate, share, malformed, json);
  }

  /**
   * Returns a copy where this share of the records, 0 to 1, is unreadable or breaks the contract.
   */
  public Applications withMalformed(double share) {
    return new Applications(seed, first, rate, duplicates, share, json);
  }

  /** Returns a copy as JSON, one object per record without line breaks, for JSON Lines. */
  public Applications inJson() {
    return new Applications(seed, first, rate, duplicates, malformed, true);
  }

  public double rate() {
    return rate;
  }

  public long seed() {
    return seed;
  }

  @Override
  public Iterator<MadeUpRecord> iterator() {
    return new Run();
  }

  private static void requireShare(String what, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of " + what + " must be between 0 and 1, not " + share);
    }
  }

  private final class Run implements Iterator<MadeUpRecord> {
    // Not SplittableRandom: Random's contract specifies its algorithm.
    private final Random random = new Random(seed);
    private final String prefix = Long.toUnsignedString(seed, Character.MAX_RADIX) + "-";
    private final List<MadeUpRecord> repeatable = new ArrayList<>(REPEATABLE);
    private long made;
    private int oldest;

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public MadeUpRecord next() {
      double kind = random.nextDouble();
      MadeUpRecord record;
      if (kind < malformed) {
        record = malformed();
      } else if (kind < malformed + duplicates && !repeatable.isEmpty()) {
        record = repeatable.get(random.nextInt(repeatable.size())).again();
      } else {
        record = fresh();
      }
      made++;
      return record;
    }

    private MadeUpRecord fresh() {
      LoanApplication application = application();
      MadeUpRecord record =
          new MadeUpRecord(
              Kind.FRESH,
              application.getRequestId(),
              application.getTs(),
              encode(application),
              application);
      if (repeatable.size() < REPEATABLE) {
        repeatable.add(record);
      } else {
        repeatable.set(oldest, record);
        oldest = (oldest + 1) % REPEATABLE;
      }
      return record;
    }

    private MadeUpRecord malformed() {
      LoanApplication application = application();
      Instant ts = application.getTs();
      Malformation way = Malformation.values()[random.nextInt(Malformation.values().length)];
      // Uses its own source of random numbers: how many it draws depends on the encoding.
      Random draws = new Random(random.nextLong());
      way.spoil(application, draws);
      byte[] value = way.spoil(encode(application), draws);
      if (way.isInTheBytes()) {
        Malformation.ZERO_AMOUNT.spoil(application, draws);
      }
      return new MadeUpRecord(
          Kind.MALFORMED,
          application.getRequestId(),
          ts,
          json ? onOneLine(value) : value,
          application);
    }

    private LoanApplication application() {
      return new LoanApplication(
          prefix + made,
          random.nextBoolean() ? "KNOWN" : "UNKNOWN",
          BigDecimal.valueOf(100_00 + random.nextInt(4900_00 + 1), 2).doubleValue(),
          ssn(),
          first.plusNanos((long) (made * 1e9 / rate)).truncatedTo(ChronoUnit.MILLIS));
    }

    /**
     * Returns a number that belongs to no person: areas from 900 on are never issued as social
     * security numbers, and taxpayer numbers (ITIN), which share that range, have groups from 50
     * on.
     */
    private String ssn() {
      return String.format(
          Locale.ROOT,
          "%03d-%02d-%04d",
          900 + random.nextInt(100),
          1 + random.nextInt(49),
          1 + random.nextInt(9999));
    }

    private byte[] encode(LoanApplication application) {
      if (json) {
        return PlainJson.write(application);
      }
      try {
        return LoanApplication.getEncoder().encode(application).array();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Line readers skip empty lines, and a line break would split a record in two. */
  private static byte[] onOneLine(byte[] value) {
    if (value.length == 0) {
      return "{}".getBytes(UTF_8);
    }
    for (int i = 0; i < value.length; i++) {
      if (value[i] == '\n' || value[i] == '\r') {
        value[i] = '?';
      }
    }
    return value;
  }
}
