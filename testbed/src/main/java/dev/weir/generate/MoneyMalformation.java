package dev.weir.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;

/** A way in which an event of money-enrichment is malformed; the result is always on one line. */
enum MoneyMalformation {
  TRUNCATED(
      (event, random) -> {
        byte[] right = MoneyEvents.json(event);
        return Arrays.copyOf(right, 1 + random.nextInt(right.length - 1));
      }),
  RANDOM_BYTES(
      (event, random) -> {
        byte[] bytes = new byte[16 + random.nextInt(48)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
          if (bytes[i] == '\n' || bytes[i] == '\r') {
            bytes[i] = '?';
          }
        }
        // This byte never occurs in UTF-8.
        bytes[0] = (byte) 0xFF;
        return bytes;
      }),
  TEXT((event, random) -> "this is no event".getBytes(US_ASCII)),
  IN_A_LIST((event, random) -> MoneyEvents.json(event.arrayNode().add(event))),
  /** Not entirely empty, because line readers skip empty lines. */
  WITHOUT_FIELDS((event, random) -> MoneyEvents.json(event.removeAll())),
  WITHOUT_TYPE((event, random) -> MoneyEvents.json(event.without("type"))),
  WITHOUT_ID((event, random) -> MoneyEvents.json(event.without("id"))),
  WITHOUT_USER((event, random) -> MoneyEvents.json(event.putNull("userId"))),
  WITHOUT_TIME((event, random) -> MoneyEvents.json(event.without("processedAt"))),
  NO_TIME((event, random) -> MoneyEvents.json(event.put("processedAt", "yesterday")));

  private final BiFunction<ObjectNode, Random, byte[]> way;

  MoneyMalformation(BiFunction<ObjectNode, Random, byte[]> way) {
    this.way = way;
  }

  /** Returns bytes of the event that break its contract; may also modify the event. */
  byte[] spoil(ObjectNode event, Random random) {
    return way.apply(event, random);
  }
}
