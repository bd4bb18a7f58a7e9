package dev.weir.service;

import java.util.HashMap;
import java.util.Map;

/** The clients of this worker. Steps that ask the same service in the same way share one client. */
final class SharedClients {
  private record Key(ServiceCall.Opener<?, ?> opener, ClientPolicy policy) {}

  private static final class Shared {
    final ServiceClient<?, ?> client;
    int users;

    Shared(ServiceClient<?, ?> client) {
      this.client = client;
    }
  }

  private static final Map<Key, Shared> CLIENTS = new HashMap<>();

  private SharedClients() {}

  @SuppressWarnings("unchecked") // the key's opener gives the client its types
  static synchronized <Q, A> ServiceClient<Q, A> borrow(
      ServiceCall.Opener<Q, A> opener, ClientPolicy policy) {
    Shared shared =
        CLIENTS.computeIfAbsent(
            new Key(opener, policy),
            key -> new Shared(new ServiceClient<>(policy, opener.open(policy))));
    shared.users++;
    return (ServiceClient<Q, A>) shared.client;
  }

  /** Releases a client; the last user closes it. */
  static synchronized void giveBack(ServiceCall.Opener<?, ?> opener, ClientPolicy policy) {
    Key key = new Key(opener, policy);
    Shared shared = CLIENTS.get(key);
    if (shared != null && --shared.users == 0) {
      CLIENTS.remove(key);
      shared.client.close();
    }
  }
}
