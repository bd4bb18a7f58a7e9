package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.loan.LoanApplication;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;

/** A way in which an application is malformed, either as an object or only as bytes. */
enum Malformation {
  TRUNCATED {
    @Override
    byte[] spoil(byte[] encoded, Random random) {
      return Arrays.copyOf(encoded, 1 + random.nextInt(encoded.length - 1));
    }
  },
  RANDOM_BYTES {
    @Override
    byte[] spoil(byte[] encoded, Random random) {
      byte[] bytes = new byte[16 + random.nextInt(48)];
      random.nextBytes(bytes);
      return bytes;
    }
  },
  TEXT {
    @Override
    byte[] spoil(byte[] encoded, Random random) {
      return "this is no application".getBytes(UTF_8);
    }
  },
  EMPTY {
    @Override
    byte[] spoil(byte[] encoded, Random random) {
      return new byte[0];
    }
  },
  ZERO_AMOUNT {
    @Override
    void spoil(LoanApplication application, Random random) {
      application.setAmount(0);
    }
  },
  AMOUNT_ABOVE_THE_LIMIT {
    @Override
    void spoil(LoanApplication application, Random random) {
      application.setAmount(1_000_000_001.0 + random.nextInt(1_000_000));
    }
  },
  UNKNOWN_TYPE {
    @Override
    void spoil(LoanApplication application, Random random) {
      application.setApplicantType("MAYBE");
    }
  },
  /** Before the year 1: a time before 1970 is negative, too, but the contract allows it. */
  NEGATIVE_TS {
    @Override
    void spoil(LoanApplication application, Random random) {
      application.setTs(YEAR_ONE.minusMillis(1L + random.nextInt(Integer.MAX_VALUE)));
    }
  };

  private static final Instant YEAR_ONE = Instant.parse("0001-01-01T00:00:00Z");

  /** Returns whether only the bytes are malformed and the object stays valid. */
  boolean isInTheBytes() {
    return this == TRUNCATED || this == RANDOM_BYTES || this == TEXT || this == EMPTY;
  }

  void spoil(LoanApplication application, Random random) {
    // Most malformations of the bytes do not change the object.
  }

  byte[] spoil(byte[] encoded, Random random) {
    return encoded;
  }
}
