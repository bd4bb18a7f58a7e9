package dev.weir.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.loan.LoanApplication;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** A way in which an application is malformed, either as an object or only as bytes. */
enum Malformation {
  TRUNCATED(
      null, (encoded, random) -> Arrays.copyOf(encoded, 1 + random.nextInt(encoded.length - 1))),
  RANDOM_BYTES(
      null,
      (encoded, random) -> {
        byte[] bytes = new byte[16 + random.nextInt(48)];
        random.nextBytes(bytes);
        return bytes;
      }),
  TEXT(null, (encoded, random) -> "this is no application".getBytes(UTF_8)),
  EMPTY(null, (encoded, random) -> new byte[0]),
  ZERO_AMOUNT((application, random) -> application.setAmount(0), null),
  AMOUNT_ABOVE_THE_LIMIT(
      (application, random) -> application.setAmount(1_000_000_001.0 + random.nextInt(1_000_000)),
      null),
  UNKNOWN_TYPE((application, random) -> application.setApplicantType("MAYBE"), null),
  /** Before the year 1: a time before 1970 is negative, too, but the contract allows it. */
  NEGATIVE_TS(
      (application, random) ->
          application.setTs(
              Instant.parse("0001-01-01T00:00:00Z")
                  .minusMillis(1L + random.nextInt(Integer.MAX_VALUE))),
      null);

  private final BiConsumer<LoanApplication, Random> ofObject;
  private final BiFunction<byte[], Random, byte[]> ofBytes;

  Malformation(
      BiConsumer<LoanApplication, Random> ofObject, BiFunction<byte[], Random, byte[]> ofBytes) {
    this.ofObject = ofObject;
    this.ofBytes = ofBytes;
  }

  /** Returns whether only the bytes are malformed and the object stays valid. */
  boolean isInTheBytes() {
    return ofBytes != null;
  }

  void spoil(LoanApplication application, Random random) {
    if (ofObject != null) {
      ofObject.accept(application, random);
    }
  }

  byte[] spoil(byte[] encoded, Random random) {
    return ofBytes == null ? encoded : ofBytes.apply(encoded, random);
  }
}
