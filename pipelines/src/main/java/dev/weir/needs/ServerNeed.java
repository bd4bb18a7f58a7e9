package dev.weir.needs;

import java.util.List;

/**
 * A server that accepts connections.
 *
 * @param what the kind of server, such as {@code Flink cluster}
 */
record ServerNeed(String option, String what, String host, int port) implements Need {
  @Override
  public String address() {
    return host + ":" + port;
  }

  @Override
  public List<String> problems() {
    return Reach.failure(host, port, Reach.PATIENCE)
        .map(
            why ->
                problem(
                    "no "
                        + what
                        + " answers at "
                        + address()
                        + " ("
                        + why
                        + "); check the address"))
        .orElse(List.of());
  }
}
