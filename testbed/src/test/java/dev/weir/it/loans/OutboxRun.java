package dev.weir.it.loans;

import dev.weir.outbox.LoanRequest;
import dev.weir.outbox.LoanRequests;
import dev.weir.outbox.Outbox;
import dev.weir.outbox.OutboxWriter;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;

/**
 * A lender's application in a process that can be killed, in each of the places between a request
 * and the commit of its event.
 */
public final class OutboxRun {
  /** How many requests it commits. */
  static final int COMMITTED = 8;

  /** Different applicants, so that no transaction waits for the lock of another one. */
  static final int APPLICANTS = 1_000_000;

  /** What it prints when two more transactions are open. */
  static final String OPEN = "open";

  private OutboxRun() {}

  /**
   * @param arguments the database's URL, the aggregate type, and the seed
   */
  public static void main(String[] arguments) throws InterruptedException {
    String url = arguments[0];
    String type = arguments[1];
    Iterator<LoanRequest> requests =
        LoanRequests.seeded(Long.parseLong(arguments[2]), Loan.NOON, APPLICANTS).iterator();
    try (OutboxWriter committing = OutboxWriter.open(url, Outbox.APPLICATION);
        OutboxWriter withoutEvent = OutboxWriter.open(url, Outbox.APPLICATION);
        OutboxWriter withEvent = OutboxWriter.open(url, Outbox.APPLICATION)) {
      for (int n = 0; n < COMMITTED; n++) {
        committing.submit(requests.next(), type);
      }
      withoutEvent.insert(requests.next());
      LoanRequest request = requests.next();
      withEvent.insert(request);
      withEvent.insert(request.event(type));
      System.out.println(OPEN);
      new CountDownLatch(1).await();
    }
  }
}
