package dev.weir.loan;

import dev.weir.service.Answer;
import dev.weir.service.Answer.Missing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.coders.VarIntCoder;

/**
 * An application and the bureau's answer about its applicant.
 *
 * @param score null if the bureau was not asked
 */
public record AssessedApplication(Application application, Answer<Integer> score) {

  /** Encodes the pair; not used for keyed state. */
  public static final Coder<AssessedApplication> CODER = new PairCoder();

  private static final class PairCoder extends CustomCoder<AssessedApplication> {
    private static final long serialVersionUID = 1L;
    private static final int NOT_ASKED = 0;
    private static final int ANSWERED = 1;
    private static final int FIRST_MISSING = 2;

    @Override
    public void encode(AssessedApplication pair, OutputStream out) throws IOException {
      ApplicationCoder.of().encode(pair.application, out);
      if (pair.score == null) {
        out.write(NOT_ASKED);
      } else if (pair.score.isPresent()) {
        out.write(ANSWERED);
        VarIntCoder.of().encode(pair.score.value(), out);
      } else {
        out.write(FIRST_MISSING + pair.score.missing().ordinal());
      }
    }

    @Override
    public AssessedApplication decode(InputStream in) throws IOException {
      Application application = ApplicationCoder.of().decode(in);
      int kind = in.read();
      return new AssessedApplication(
          application,
          switch (kind) {
            case NOT_ASKED -> null;
            case ANSWERED -> Answer.of(VarIntCoder.of().decode(in));
            default -> Answer.missing(Missing.values()[kind - FIRST_MISSING]);
          });
    }

    @Override
    public void verifyDeterministic() {}

    @Override
    public boolean equals(Object other) {
      return other instanceof PairCoder;
    }

    @Override
    public int hashCode() {
      return PairCoder.class.hashCode();
    }
  }
}
