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
 * An endless run of made-up loan applications, a pure function of its seed and settings: every
 * iterator starts again from the first record and gives the same bytes. With other encodings the
 * same seed gives the same applications.
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
      throw new IllegalArgumentException("duplicates and malformed records are more than all");
    }
    this.seed = seed;
    this.first = first.truncatedTo(ChronoUnit.MILLIS);
    this.rate = rate;
    this.duplicates = duplicates;
    this.malformed = malformed;
    this.json = json;
  }

  /**
   * Ten applications a second, each right and sent once, in Avro single-object encoding.
   *
   * @param seed also names the run in its request ids
   * @param first the first application's time
   */
  public static Applications seeded(long seed, Instant first) {
    return new Applications(seed, first, 10, 0, 0, false);
  }

  /** The same with times that lie a {@code perSecond}-th of a second apart. */
  public Applications withRate(double perSecond) {
    return new Applications(seed, first, perSecond, duplicates, malformed, json);
  }

  /**
   * The same where this share of the records, 0 to 1, repeats one of the 1000 fresh ones before.
   */
  public Applications withDuplicates(double share) {
    return new Applications(seed, first, rate, share, malformed, json);
  }

  /** The same where this share of the records, 0 to 1, cannot be read or breaks the contract. */
  public Applications withMalformed(double share) {
    return new Applications(seed, first, rate, duplicates, share, json);
  }

  /** The same as JSON, one object per record and no line breaks, for JSON Lines. */
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
      throw new IllegalArgumentException("the share of " + what + " is 0 to 1, not " + share);
    }
  }

  private final class Run implements Iterator<MadeUpRecord> {
    // Not SplittableRandom: the algorithm of this one is part of its contract.
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
      // Draws from a source of its own: how many it needs depends on the encoding.
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
     * Nobody's number: no area from 900 on is ever issued, and the taxpayer numbers (ITIN) that
     * look like one have groups from 50 on.
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

  /** Readers of lines skip empty ones, and a line break would make two records of one. */
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
