package dev.weir.kafka;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolledSizesTest {
  @Test
  void theLastRecordOfAPollHasNoNext() {
    PolledSizes sizes = new PolledSizes();
    List<Boolean> next = new ArrayList<>();

    sizes.polled(3);
    sizes.polled(0);
    sizes.polled(1);
    sizes.polled(2);
    for (int record = 0; record < 6; record++) {
      sizes.read();
      next.add(sizes.hasNext());
    }

    assertThat(next, is(List.of(true, true, false, false, true, false)));
  }

  @Test
  void aRecordOfAnUncountedPollIsAnError() {
    PolledSizes sizes = new PolledSizes();
    sizes.polled(1);
    sizes.read();

    assertThrows(IllegalStateException.class, sizes::read);
  }
}
