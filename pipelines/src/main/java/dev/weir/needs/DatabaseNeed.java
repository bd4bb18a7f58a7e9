package dev.weir.needs;

import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.DatabaseException;
import dev.weir.ports.Port;
import java.util.List;

/**
 * A table whose changes can be read from its database.
 *
 * @param changes the changes of the table
 */
record DatabaseNeed(String option, Port.Database database, DatabaseChanges.Table changes)
    implements Need {
  @Override
  public String address() {
    return "postgres://"
        + database.user()
        + "@"
        + database.host()
        + ":"
        + database.port()
        + "/"
        + database.name();
  }

  @Override
  public List<String> problems() {
    String host = database.host().replaceAll("[\\[\\]]", "");
    var unreachable = Reach.failure(host, database.port(), Reach.PATIENCE);
    if (unreachable.isPresent()) {
      return problem(
          "no database answers at "
              + address()
              + " ("
              + unreachable.get()
              + "); check the address");
    }
    try {
      changes.check();
      return List.of();
    } catch (DatabaseException e) {
      String message = e.getMessage();
      return problem(message.contains(address()) ? message : address() + ": " + message);
    }
  }
}
