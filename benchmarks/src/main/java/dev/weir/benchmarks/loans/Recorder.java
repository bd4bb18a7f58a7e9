package dev.weir.benchmarks.loans;

import dev.weir.bureau.BureauScore;
import dev.weir.loan.Application;
import dev.weir.loan.Ssn;
import dev.weir.service.Answer;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceCall;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Records the figures of a measured job in this process: the number of results, how long the bureau
 * took for each request, and how much longer each result took than its request.
 */
final class Recorder {
  static final AtomicLong RESULTS = new AtomicLong();

  private static final Map<Ssn, Long> CALL_NANOS = new ConcurrentHashMap<>();
  private static volatile boolean latencies;
  private static volatile Histogram added = new ConcurrentHistogram(3);

  private Recorder() {}

  static void reset(boolean withLatencies) {
    RESULTS.set(0);
    CALL_NANOS.clear();
    added = new ConcurrentHistogram(3);
    latencies = withLatencies;
  }

  /**
   * Returns milliseconds from an application's creation to its result, minus the bureau's own time.
   */
  static Histogram addedMillis() {
    return added.copy();
  }

  /** Called when a result leaves the measured stage. */
  static void result(Application application) {
    RESULTS.incrementAndGet();
    if (latencies) {
      Long call = CALL_NANOS.remove(application.ssn());
      if (call != null) {
        long total = System.currentTimeMillis() - application.ts().toEpochMilli();
        added.recordValue(Math.max(0, total - call / 1_000_000));
      }
    }
  }

  /** Wraps calls and records how long the request of each question took. */
  record Timed(ServiceCall.Opener<Ssn, BureauScore> opener)
      implements ServiceCall.Opener<Ssn, BureauScore> {
    @Override
    public ServiceCall<Ssn, BureauScore> open(ClientPolicy policy) {
      ServiceCall<Ssn, BureauScore> calls = opener.open(policy);
      return new ServiceCall<>() {
        @Override
        public List<Answer<BureauScore>> ask(List<Ssn> questions) throws IOException {
          long start = System.nanoTime();
          List<Answer<BureauScore>> answers = calls.ask(questions);
          if (latencies) {
            long took = System.nanoTime() - start;
            questions.forEach(question -> CALL_NANOS.put(question, took));
          }
          return answers;
        }

        @Override
        public void close() {
          calls.close();
        }
      };
    }
  }
}
