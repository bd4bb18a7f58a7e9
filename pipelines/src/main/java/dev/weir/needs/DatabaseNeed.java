package dev.weir.needs;

import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.DatabaseException;
import dev.weir.ports.Port;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A table whose changes can be read from its database. */
final class DatabaseNeed implements Need {
  private final String option;
  private final Port.Database database;
  private final DatabaseChanges.Table changes;
  private final Predicate<String> isThisMachine;
  private volatile boolean clearText;

  /**
   * @param changes the changes of the table
   */
  DatabaseNeed(String option, Port.Database database, DatabaseChanges.Table changes) {
    this(option, database, changes, DatabaseNeed::isThisMachine);
  }

  /**
   * @param isThisMachine whether connections to a host stay on this machine
   */
  DatabaseNeed(
      String option,
      Port.Database database,
      DatabaseChanges.Table changes,
      Predicate<String> isThisMachine) {
    this.option = option;
    this.database = database;
    this.changes = changes;
    this.isThisMachine = isThisMachine;
  }

  @Override
  public String option() {
    return option;
  }

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
      clearText = !changes.check();
      return List.of();
    } catch (DatabaseException e) {
      String message = e.getMessage();
      return problem(message.contains(address()) ? message : address() + ": " + message);
    }
  }

  @Override
  public Optional<String> note() {
    return clearText && !isThisMachine.test(database.host())
        ? Optional.of(
            "the connection to "
                + address()
                + " is not encrypted, so others can read its rows and, depending on the server,"
                + " the password; enable TLS in the server and add ?sslmode=verify-full and"
                + " sslrootcert=FILE")
        : Optional.empty();
  }

  static boolean isThisMachine(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (UnknownHostException | SocketException e) {
      return false;
    }
  }
}
