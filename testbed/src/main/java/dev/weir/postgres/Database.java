package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import dev.weir.ports.DatabaseTls;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * A database and the user who reads it.
 *
 * @param name the name of the database
 * @param tls how each connection is protected
 */
record Database(String host, int port, String name, String user, DatabaseTls tls)
    implements Serializable {

  /**
   * @throws DatabaseException if it cannot connect
   */
  Connection connect(String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    tls.driverProperties().forEach(properties::setProperty);
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
      throw new DatabaseException("cannot connect to " + this + ": " + reason(e), e);
    }
  }

  /** Returns the driver's reason; for the server's certificate, also what to do. */
  private String reason(Exception e) {
    String line = oneLine(e);
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      // The second: another authority of the same name.
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException invalid
              && invalid.getReason() == BasicReason.INVALID_SIGNATURE) {
        return "its certificate is not from an authority in "
            + (tls.rootCertificate() == null ? "~/.postgresql/root.crt" : tls.rootCertificate())
            + "; give the certificate of its authority in sslrootcert";
      }
    }
    if (line.contains("could not be verified by hostnameverifier")) {
      return "its certificate is not for the host "
          + host
          + "; use a name that is in the certificate, or sslmode=verify-ca";
    }
    if (line.equals("The server does not support SSL.")) {
      return "it offers no TLS; set ssl=on in its configuration, or use another sslmode";
    }
    return line.startsWith("Channel ")
        ? line.replaceFirst("\\.$", "")
            + "; give it TLS and a password with SCRAM, or use channel_binding=prefer"
        : line;
  }

  /** Returns whether the connection is encrypted, as the server sees it. */
  static boolean isEncrypted(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer =
            statement.executeQuery("select ssl from pg_stat_ssl where pid = pg_backend_pid()")) {
      return answer.next() && answer.getBoolean(1);
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
