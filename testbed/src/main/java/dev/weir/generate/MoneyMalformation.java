package dev.weir.generate;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Random;

/** A way in which an event of money-enrichment is malformed; the result is always on one line. */
enum MoneyMalformation {
  TRUNCATED {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      byte[] right = MoneyEvents.json(event);
      return Arrays.copyOf(right, 1 + random.nextInt(right.length - 1));
    }
  },
  RANDOM_BYTES {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
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
    }
  },
  TEXT {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return "this is no event".getBytes(US_ASCII);
    }
  },
  IN_A_LIST {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.arrayNode().add(event));
    }
  },
  /** Not entirely empty, because line readers skip empty lines. */
  WITHOUT_FIELDS {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.removeAll());
    }
  },
  WITHOUT_TYPE {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.without("type"));
    }
  },
  WITHOUT_ID {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.without("id"));
    }
  },
  WITHOUT_USER {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.putNull("userId"));
    }
  },
  WITHOUT_TIME {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.without("processedAt"));
    }
  },
  NO_TIME {
    @Override
    byte[] spoil(ObjectNode event, Random random) {
      return MoneyEvents.json(event.put("processedAt", "yesterday"));
    }
  };

  /** Returns bytes of the event that break its contract; may also modify the event. */
  abstract byte[] spoil(ObjectNode event, Random random);
}
