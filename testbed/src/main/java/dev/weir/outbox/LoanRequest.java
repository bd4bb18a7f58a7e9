package dev.weir.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;

/**
 * A loan request of an applicant: a row in the database of the lender's application, and the event
 * that is published about it.
 */
public record LoanRequest(String applicantId, LoanApplication application) {
  private static final String EVENT = "LoanApplication";

  public String requestId() {
    return application.getRequestId();
  }

  /**
   * Returns the event: the application in Avro single-object encoding, keyed by the applicant. Its
   * id follows from the request, so the same request always gives the same event.
   */
  public OutboxEvent event(String aggregateType) {
    try {
      return new OutboxEvent(
          UUID.nameUUIDFromBytes(requestId().getBytes(UTF_8)),
          aggregateType,
          applicantId,
          EVENT,
          LoanApplication.getEncoder().encode(application).array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Omits the applicant's data. */
  @Override
  public String toString() {
    return requestId() + " of " + applicantId;
  }
}
