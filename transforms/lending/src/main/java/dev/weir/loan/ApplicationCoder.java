package dev.weir.loan;

import dev.weir.encoding.SingleObjectCoder;
import dev.weir.record.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Instant;
import org.apache.beam.sdk.coders.CustomCoder;

/** Encodes an application as a {@link StoredApplication}, which carries its schema. */
public final class ApplicationCoder extends CustomCoder<Application> {
  private static final long serialVersionUID = 1L;

  private static final ApplicationCoder SHARED = new ApplicationCoder();

  private final SingleObjectCoder<StoredApplication> stored =
      SingleObjectCoder.of(StoredApplication.class);

  public static ApplicationCoder of() {
    return SHARED;
  }

  @Override
  public void encode(Application application, OutputStream out) throws IOException {
    Origin origin = application.origin();
    stored.encode(
        new StoredApplication(
            application.requestId(),
            application.type() == ApplicantType.KNOWN,
            application.amount().unscaledValue().longValueExact(),
            application.ssn().reveal(),
            application.ts().toEpochMilli(),
            origin.source(),
            origin.partition(),
            origin.position()),
        out);
  }

  @Override
  public Application decode(InputStream in) throws IOException {
    StoredApplication read = stored.decode(in);
    return new Application(
        read.getRequestId(),
        read.getKnown() ? ApplicantType.KNOWN : ApplicantType.UNKNOWN,
        BigDecimal.valueOf(read.getCents(), 2),
        Ssn.of(read.getSsn()),
        Instant.ofEpochMilli(read.getTs()),
        new Origin(read.getSource(), read.getPartition(), read.getPosition()));
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean equals(Object other) {
    return other instanceof ApplicationCoder;
  }

  @Override
  public int hashCode() {
    return ApplicationCoder.class.hashCode();
  }
}
