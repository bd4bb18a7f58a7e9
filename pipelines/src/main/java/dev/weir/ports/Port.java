package dev.weir.ports;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a pipeline reads from or writes to, parsed from a URI. See the table of ports in the
 * README.
 */
public sealed interface Port {

  /**
   * A Kafka topic.
   *
   * @param brokers {@code host:port}, several separated by commas
   * @param avro whether values are written as Avro instead of JSON
   */
  record Topic(String brokers, String name, boolean avro) implements Port {}

  /**
   * Files: as input a path or glob, as output a folder.
   *
   * @param avro whether the files are Avro containers instead of JSON Lines
   */
  record Files(String path, boolean avro) implements Port {}

  /**
   * A table of the Iceberg catalog.
   *
   * @param name such as {@code bank.loan_decisions}
   * @param rows the rows to read, if the table is an input
   */
  record Table(String name, TableRange rows) implements Port {}

  /**
   * A Postgres database whose changes are read from its log.
   *
   * @param tls how each connection to it is protected
   */
  record Database(String host, int port, String name, String user, DatabaseTls tls)
      implements Port {

    /** Returns the URL for PostgreSQL's JDBC driver. */
    public String jdbcUrl() {
      return "jdbc:postgresql://"
          + host
          + ":"
          + port
          + "/"
          + name
          + tls.driverProperties().entrySet().stream()
              .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
              .collect(Collectors.joining("&", "?", ""));
    }
  }

  /** A host name, an IPv4 address, or an IPv6 address in brackets. */
  String HOST = "(?:[^\\s,:/@\\[\\]]+|\\[[0-9a-fA-F:.]+])";

  Pattern BROKERS = Pattern.compile(HOST + ":\\d{1,5}(?:," + HOST + ":\\d{1,5})*");
  Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
  Pattern TABLE = Pattern.compile("\\w+(\\.\\w+)+");
  Pattern NAMESPACE = Pattern.compile("\\w+(\\.\\w+)*");
  Pattern DATABASE =
      Pattern.compile(
          "//(?<user>[^\\s:@/]+)(?<password>:[^@/]*)?@(?<host>[^\\s:@/]+|\\[[0-9a-fA-F:]+\\])(:(?<port>\\d{1,5}))?/(?<name>[^\\s/?]+)(\\?(?<query>\\S*))?");
  int POSTGRES = 5432;
  int LAST_PORT = 65_535;

  /**
   * @param option the option the URI was given for, named in the error
   * @throws PortException if the URI is not that of a known kind of port
   */
  static Port parse(String option, String uri) {
    if (uri == null || uri.isBlank()) {
      throw new PortException(
          "--"
              + option
              + " is missing; write --"
              + option
              + "=kafka://host:port/topic, file:path or iceberg:db.table");
    }
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? "" : uri.substring(0, colon);
    String rest = uri.substring(colon + 1);
    return switch (scheme) {
      case "kafka" -> topic(option, uri, rest);
      case "file" -> files(option, uri, rest);
      case "iceberg" -> table(option, uri, rest);
      case "postgres" -> database(option, rest);
      default ->
          throw new PortException(
              "--"
                  + option
                  + ": '"
                  + shown(uri)
                  + "' is not a port; write kafka://host:port/topic, file:path or iceberg:db.table");
    };
  }

  /** Returns the URI without the part that may be a user name and a password. */
  private static String shown(String uri) {
    return uri.contains("@") ? "..." + uri.substring(uri.lastIndexOf('@')) : uri;
  }

  /**
   * The address of an HTTP service, {@code http://host:port}, optionally with the path below which
   * its routes are, such as {@code https://gateway/credit/api}.
   *
   * @throws PortException if it is not an address, or has more than a path
   */
  static URI service(String option, String uri) {
    if (uri == null || uri.isBlank()) {
      throw new PortException(
          "--"
              + option
              + " is missing; write --"
              + option
              + "=http://host:port or https://host/path");
    }
    try {
      URI parsed = new URI(uri);
      boolean http = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
      if (http && parsed.getHost() != null && parsed.getUserInfo() == null) {
        if (parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
          // Not quoted: a query may hold a key.
          throw new PortException(
              "--"
                  + option
                  + ": the address of a service must not contain '?' or '#'; its routes follow it");
        }
        return new URI(parsed.toASCIIString());
      }
    } catch (URISyntaxException e) {
      // Reported below, like any other invalid address.
    }
    throw new PortException(
        "--"
            + option
            + ": '"
            + shown(uri)
            + "' is not a service; write http://host:port or https://host/path");
  }

  private static Port topic(String option, String uri, String rest) {
    int mark = rest.indexOf('?');
    String place = mark < 0 ? rest : rest.substring(0, mark);
    String[] parts = place.startsWith("//") ? place.substring(2).split("/", -1) : new String[0];
    if (parts.length != 2
        || !BROKERS.matcher(parts[0]).matches()
        || Arrays.stream(parts[0].split(",")).anyMatch(broker -> !isPort(broker))
        || !TOPIC.matcher(parts[1]).matches()) {
      throw new PortException(
          "--"
              + option
              + ": '"
              + shown(uri)
              + "' is not a topic; write kafka://host:port[,host:port]/topic");
    }
    Map<String, String> query = mark < 0 ? Map.of() : query(option, uri, rest.substring(mark + 1));
    return new Topic(parts[0], parts[1], isAvro(option, "kafka", query, "json"));
  }

  /** Returns whether an address ends in the number of a port. */
  private static boolean isPort(String address) {
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return 1 <= port && port <= LAST_PORT;
  }

  private static Port database(String option, String rest) {
    Matcher matcher = DATABASE.matcher(rest);
    if (!matcher.matches()) {
      // Not quoted: it may hold a password.
      throw new PortException(
          "--" + option + ": that is not a database; write postgres://user@host:port/db");
    }
    if (matcher.group("password") != null) {
      throw new PortException(
          "--"
              + option
              + ": a password does not belong on the command line; give it in PGPASSWORD, or in a"
              + " password file (PGPASSFILE, ~/.pgpass)");
    }
    int port = matcher.group("port") == null ? POSTGRES : Integer.parseInt(matcher.group("port"));
    if (port < 1 || port > LAST_PORT) {
      throw new PortException(
          "--" + option + ": a database's port must be between 1 and " + LAST_PORT);
    }
    return new Database(
        matcher.group("host"),
        port,
        matcher.group("name"),
        matcher.group("user"),
        DatabaseTls.parse(option, matcher.group("query")));
  }

  private static Port files(String option, String uri, String rest) {
    int mark = rest.indexOf('?');
    String path = mark < 0 ? rest : rest.substring(0, mark);
    Map<String, String> query = mark < 0 ? Map.of() : query(option, uri, rest.substring(mark + 1));
    if (path.isBlank()) {
      throw new PortException(
          "--" + option + ": '" + uri + "' does not name a file; write file:path");
    }
    String standard = path.endsWith(".avro") ? "avro" : "json";
    return new Files(path, isAvro(option, "file", query, standard));
  }

  /**
   * Returns whether the format is Avro.
   *
   * @param standard the format if none is given
   */
  private static boolean isAvro(
      String option, String scheme, Map<String, String> query, String standard) {
    String format = query.getOrDefault("format", standard);
    boolean known = format.equals("avro") || format.equals("json");
    if (!known || query.keySet().stream().anyMatch(name -> !name.equals("format"))) {
      throw new PortException(
          "--"
              + option
              + ": the only parameter of a "
              + scheme
              + ": port is format=avro or format=json");
    }
    return format.equals("avro");
  }

  private static Port table(String option, String uri, String rest) {
    int mark = rest.indexOf('?');
    String name = mark < 0 ? rest : rest.substring(0, mark);
    if (!TABLE.matcher(name).matches()) {
      throw new PortException(
          "--" + option + ": '" + uri + "' is not a table; write iceberg:db.table");
    }
    Map<String, String> query = mark < 0 ? Map.of() : query(option, uri, rest.substring(mark + 1));
    return new Table(name, TableRange.of(option, query));
  }

  /**
   * The namespace that a pipeline's tables are in, {@code iceberg:db}.
   *
   * @throws PortException if the URI does not name one
   */
  static String namespace(String option, String uri) {
    String name = uri.startsWith("iceberg:") ? uri.substring("iceberg:".length()) : "";
    if (!NAMESPACE.matcher(name).matches()) {
      throw new PortException(
          "--" + option + ": '" + shown(uri) + "' is not a namespace of tables; write iceberg:db");
    }
    return name;
  }

  private static Map<String, String> query(String option, String uri, String text) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : text.split("&")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new PortException(
            "--" + option + ": '" + uri + "' has a parameter without a value; write name=value");
      }
      parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    return parameters;
  }
}
