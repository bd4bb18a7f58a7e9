package dev.weir.postgres;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.ports.DatabaseException;
import dev.weir.ports.DatabaseTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresPasswordTest {
  private static final Database CARDS =
      new Database("db.example", 5432, "cards", "weir", DatabaseTls.preferred());

  @TempDir Path home;

  @Test
  void theEnvironmentTakesPrecedenceOverFiles() throws IOException {
    write(".pgpass", "rw-------", "*:*:*:*:at home");
    Path named = write("named", "rw-------", "*:*:*:*:named");

    assertThat(find(Map.of("PGPASSWORD", "set", "PGPASSFILE", named.toString())), is("set"));
    assertThat(find(Map.of("PGPASSWORD", "", "PGPASSFILE", named.toString())), is("named"));
    assertThat(find(Map.of()), is("at home"));
  }

  @Test
  void aGivenFileIsTheOnlyOneThatIsRead() throws IOException {
    Path given = write("given", "rw-------", "*:*:*:*:given");
    Path without = write("without", "rw-------", "elsewhere:*:*:*:secret");

    PostgresPassword password = new PostgresPassword(Map.of("PGPASSWORD", "set"), home);

    assertThat(password.of(CARDS, given.toString()), is("given"));
    DatabaseException none =
        assertThrows(DatabaseException.class, () -> password.of(CARDS, without.toString()));
    assertThat(none.getMessage(), not(containsString("secret")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "db.example:5432:cards:weir:secret | secret",
        "*:*:*:*:secret                    | secret",
        "db.example:*:cards:*:a:b          | a:b",
        "db.example:5432:cards:weir:a\\:b\\\\c\\d | a:b\\cd",
        "db\\.example:5432:c\\ards:weir:secret   | secret",
      })
  void aLineIsReadInTheSameWayAsByLibpq(String line, String password) throws IOException {
    write(
        ".pgpass",
        "rw-------",
        "# db.example:5432:cards:weir:no\nother:*:*:*:no\n" + line + "\n*:*:*:*:no");

    assertThat(find(Map.of()), is(password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db.example:5433:cards:weir:no",
        "db.example:5432:cards:weir",
        "db.example:5432:cards:weir:",
        "db.exampl*:5432:cards:weir:no",
        "\\*x:5432:cards:weir:no",
        "db.example:5432:cards:weird:no",
        "#*:*:*:*:no",
      })
  void linesForOtherDatabasesAndMalformedLinesAreSkipped(String line) throws IOException {
    write(".pgpass", "rw-------", line);

    DatabaseException none = assertThrows(DatabaseException.class, () -> find(Map.of()));

    assertThat(
        none.getMessage(),
        is(
            "no password for postgres://weir@db.example:5432/cards: set PGPASSWORD, or add a line"
                + " host:port:database:user:password to "
                + home.resolve(".pgpass")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void aFileThatIsAccessibleToOtherUsersIsNotRead(String permissions) throws IOException {
    Path file = write(".pgpass", permissions, "*:*:*:*:secret");

    DatabaseException open = assertThrows(DatabaseException.class, () -> find(Map.of()));

    assertThat(
        open.getMessage(),
        is("the password file " + file + " is accessible to other users: run chmod 0600 on it"));
  }

  @Test
  void withoutAFileThereIsNoPassword() {
    assertThrows(DatabaseException.class, () -> find(Map.of()));
  }

  private String find(Map<String, String> environment) {
    return new PostgresPassword(environment, home).of(CARDS, null);
  }

  private Path write(String name, String permissions, String text) throws IOException {
    Path file = Files.writeString(home.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
