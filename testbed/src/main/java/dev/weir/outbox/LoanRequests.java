package dev.weir.outbox;

import dev.weir.generate.Applications;
import dev.weir.generate.MadeUpRecord;
import java.time.Instant;
import java.util.Iterator;
import java.util.Random;

/**
 * An endless sequence of generated loan requests of a few applicants, a pure function of its seed:
 * every iterator starts again from the first request.
 */
public final class LoanRequests implements Iterable<LoanRequest> {
  private final Applications applications;
  private final int applicants;

  private LoanRequests(Applications applications, int applicants) {
    this.applications = applications;
    this.applicants = applicants;
  }

  /**
   * @param seed also names the run in its request ids and applicant ids
   * @param first the first request's time
   * @param applicants how many applicants the requests are spread over, at random
   */
  public static LoanRequests seeded(long seed, Instant first, int applicants) {
    if (applicants < 1) {
      throw new IllegalArgumentException(
          "the number of applicants must be at least 1, not " + applicants);
    }
    return new LoanRequests(Applications.seeded(seed, first), applicants);
  }

  @Override
  public Iterator<LoanRequest> iterator() {
    Iterator<MadeUpRecord> records = applications.iterator();
    Random random = new Random(applications.seed());
    String prefix = "A" + applications.seed() + "-";
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public LoanRequest next() {
        return new LoanRequest(prefix + random.nextInt(applicants), records.next().application());
      }
    };
  }
}
