package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * A database and the user who reads it.
 *
 * @param name the name of the database
 */
record Database(String host, int port, String name, String user) implements Serializable {

  /**
   * @throws DatabaseException if it cannot connect
   */
  Connection connect(String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "weir");
    properties.setProperty("connectTimeout", "10");
    properties.setProperty("socketTimeout", "60");
    try {
      // Loaded by name for class loaders that the driver manager does not know.
      Class.forName("org.postgresql.Driver");
      return DriverManager.getConnection(
          "jdbc:postgresql://"
              + host
              + ":"
              + port
              + "/"
              + URLEncoder.encode(name, StandardCharsets.UTF_8),
          properties);
    } catch (SQLException | ClassNotFoundException e) {
      throw new DatabaseException("cannot connect to " + this + ": " + oneLine(e), e);
    }
  }

  static String oneLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** Returns the database as a port URI without a password. */
  @Override
  public String toString() {
    return "postgres://" + user + "@" + host + ":" + port + "/" + name;
  }
}
