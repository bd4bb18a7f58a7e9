package dev.weir.postgres;

import dev.weir.ports.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds a user's password where PostgreSQL's own programs look for it: in {@code PGPASSWORD}, then
 * in the password file named by {@code PGPASSFILE}, then in {@code ~/.pgpass}. An explicitly given
 * file takes precedence over all of them.
 */
final class PostgresPassword {
  private static final Set<PosixFilePermission> OWNER =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Map<String, String> environment;
  private final Path home;

  PostgresPassword(Map<String, String> environment, Path home) {
    this.environment = environment;
    this.home = home;
  }

  static PostgresPassword ofThisProcess() {
    return new PostgresPassword(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /**
   * @param file a password file, or null
   * @throws DatabaseException if there is no password, or the file is accessible to users other
   *     than its owner
   */
  String of(Database database, String file) {
    String given = environment.get("PGPASSWORD");
    if (file == null && given != null && !given.isEmpty()) {
      return given;
    }
    String named = file == null ? environment.get("PGPASSFILE") : file;
    Path path = named == null || named.isEmpty() ? home.resolve(".pgpass") : Path.of(named);
    return inFile(path, database)
        .orElseThrow(
            () ->
                new DatabaseException(
                    "no password for "
                        + database
                        + ": set PGPASSWORD, or add a line host:port:database:user:password to "
                        + path));
  }

  private static Optional<String> inFile(Path file, Database database) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      // Only if the file system supports owners.
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
        throw new DatabaseException(
            "the password file " + file + " is accessible to other users: run chmod 0600 on it");
      }
      for (String line : Files.readAllLines(file)) {
        Optional<String> password = inLine(line, database);
        if (password.isPresent()) {
          return password;
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      // Without the cause: a decoder's message may quote the file.
      throw new DatabaseException("cannot read the password file " + file);
    }
  }

  private static Optional<String> inLine(String line, Database database) {
    if (line.startsWith("#")) {
      return Optional.empty();
    }
    String[] wanted = {
      database.host(), Integer.toString(database.port()), database.name(), database.user()
    };
    int at = 0;
    for (String value : wanted) {
      StringBuilder field = new StringBuilder();
      boolean any = line.startsWith("*:", at);
      at = unescape(line, at, field);
      if (at >= line.length() || !(any || field.toString().equals(value))) {
        return Optional.empty();
      }
      at++;
    }
    // The rest of the line, including colons.
    StringBuilder password = new StringBuilder();
    for (int i = at; i < line.length(); i++) {
      if (line.charAt(i) == '\\' && i + 1 < line.length()) {
        i++;
      }
      password.append(line.charAt(i));
    }
    return password.isEmpty() ? Optional.empty() : Optional.of(password.toString());
  }

  /** Appends the field that begins at {@code from} and returns the position of its colon. */
  private static int unescape(String line, int from, StringBuilder field) {
    int at = from;
    while (at < line.length() && line.charAt(at) != ':') {
      if (line.charAt(at) == '\\' && at + 1 < line.length()) {
        at++;
      }
      field.append(line.charAt(at++));
    }
    return at;
  }
}
