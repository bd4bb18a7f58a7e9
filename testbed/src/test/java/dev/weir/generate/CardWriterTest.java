package dev.weir.generate;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;

class CardWriterTest {
  private static final String FILE_PROPERTY = "org.postgresql.pgpassfile";

  @TempDir private Path folder;

  /** What the help promises is done by the driver, for a connection as the writer asks for it. */
  @Test
  void theDriverLooksIntoThePasswordFile() throws IOException {
    Path file = Files.writeString(folder.resolve("pgpass"), "*:5432:bank:weir:geheim\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Properties asked = new Properties();
    asked.setProperty("user", "weir");
    System.setProperty(FILE_PROPERTY, file.toString());
    try {
      String url = "jdbc:postgresql://db:5432/bank";

      assertThat(Driver.parseURL(url, asked).getProperty("password"), is("geheim"));
    } finally {
      System.clearProperty(FILE_PROPERTY);
    }
  }
}
