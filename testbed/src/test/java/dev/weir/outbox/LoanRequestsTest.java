package dev.weir.outbox;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LoanRequestsTest {
  private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

  @Test
  void aSeedAlwaysGivesTheSameRequestsAndEvents() {
    List<LoanRequest> requests = requests(1);

    assertThat(requests(1), is(requests));
    assertThat(requests(2), is(not(requests)));
    assertThat(ids(requests(1)), is(ids(requests)));
    assertThat("events have ids of their own", ids(requests), hasSize(50));
  }

  @Test
  void theRequestsAreSpreadOverTheApplicants() {
    assertThat(
        requests(1).stream().map(LoanRequest::applicantId).collect(Collectors.toSet()),
        is(Set.of("A1-0", "A1-1", "A1-2")));
  }

  private static List<LoanRequest> requests(long seed) {
    Iterator<LoanRequest> requests = LoanRequests.seeded(seed, NOON, 3).iterator();
    return Stream.generate(requests::next).limit(50).toList();
  }

  private static Set<Object> ids(List<LoanRequest> requests) {
    return requests.stream().map(request -> request.event("a").id()).collect(Collectors.toSet());
  }
}
