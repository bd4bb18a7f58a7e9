package dev.weir.local;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a database is and who asks, as {@code postgres://user@host:port/db} says. */
record PostgresAddress(String user, String host, int port, String database) {
  private static final Pattern WITH_PASSWORD = Pattern.compile("postgres://[^/@]*:.*@.*");
  private static final Pattern ADDRESS =
      Pattern.compile("postgres://([^\\s:/@?]+)@([^\\s:/@?]+):(\\d{1,5})/([^\\s/@?&]+)");

  /**
   * @throws IllegalArgumentException where the URI is none of a database, or has a password
   */
  static PostgresAddress parse(String uri) {
    if (WITH_PASSWORD.matcher(uri).matches()) {
      throw new IllegalArgumentException(
          "a password does not belong on the command line; put it into PGPASSWORD or a password"
              + " file (~/.pgpass), and write postgres://user@host:port/db");
    }
    Matcher address = ADDRESS.matcher(uri);
    if (!address.matches() || Integer.parseInt(address.group(3)) > 65535) {
      throw new IllegalArgumentException(
          "'" + uri + "' is no database; write postgres://user@host:port/db");
    }
    return new PostgresAddress(
        address.group(1), address.group(2), Integer.parseInt(address.group(3)), address.group(4));
  }

  String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }
}
