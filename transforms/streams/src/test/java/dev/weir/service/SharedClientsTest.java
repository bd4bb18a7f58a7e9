package dev.weir.service;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class SharedClientsTest {
  private static final ClientPolicy POLICY = Asking.ONE_BY_ONE;

  private final FakeService service = FakeService.answering();

  @Test
  void equalOpenersShareOneClientUntilTheLastReturnsIt() {
    ServiceCall.Opener<String, Integer> opener = service.opener();
    ServiceCall.Opener<String, Integer> copy = SerializableUtils.clone(opener);

    ServiceClient<String, Integer> first = SharedClients.borrow(opener, POLICY);
    ServiceClient<String, Integer> second = SharedClients.borrow(copy, POLICY);

    assertThat(second, is(sameInstance(first)));
    assertThat(service.opened(), is(1));
    SharedClients.giveBack(opener, POLICY);
    assertThat(service.closed(), is(0));
    SharedClients.giveBack(copy, POLICY);
    assertThat(service.closed(), is(1));
  }

  @Test
  void afterTheLastReturnANewClientIsOpened() {
    ServiceCall.Opener<String, Integer> opener = service.opener();
    SharedClients.borrow(opener, POLICY);
    SharedClients.giveBack(opener, POLICY);

    SharedClients.borrow(opener, POLICY);

    assertThat(service.opened(), is(2));
    SharedClients.giveBack(opener, POLICY);
  }

  @Test
  void anotherPolicyIsAnotherClient() {
    ServiceCall.Opener<String, Integer> opener = service.opener();
    ClientPolicy other = POLICY.withBatch(7);

    assertThat(
        SharedClients.borrow(opener, POLICY),
        is(not(sameInstance(SharedClients.borrow(opener, other)))));
    SharedClients.giveBack(opener, POLICY);
    SharedClients.giveBack(opener, other);
    assertThat(service.closed(), is(2));
  }

  @Test
  void aServiceThatCannotBeOpenedLeavesNoClient() {
    ServiceCall.Opener<String, Integer> broken = new Broken();

    assertThrows(IllegalStateException.class, () -> SharedClients.borrow(broken, POLICY));
    assertThrows(IllegalStateException.class, () -> SharedClients.borrow(broken, POLICY));
    SharedClients.giveBack(broken, POLICY);
  }

  private record Broken() implements ServiceCall.Opener<String, Integer> {
    @Override
    public ServiceCall<String, Integer> open(ClientPolicy policy) {
      throw new IllegalStateException("no such host");
    }
  }
}
