package dev.weir.folders;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TemporaryFolderTest {
  @TempDir private Path parent;

  @Test
  void onlyItsOwnerCanReadIt() throws IOException {
    assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
    Path log = Files.writeString(parent.resolve("weir.log"), "old");
    Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-r--r--"));

    OwnerOnly.file(log);
    OwnerOnly.file(parent.resolve("new.log"));
    OwnerOnly.folder(parent.resolve("lake/warehouse"));
    try (TemporaryFolder folder = TemporaryFolder.create(parent, "test")) {
      assertThat(permissions(folder.path()), is("rwx------"));
    }

    assertThat(permissions(log), is("rw-------"));
    assertThat(Files.readString(log), is("old"));
    assertThat(permissions(parent.resolve("new.log")), is("rw-------"));
    assertThat(permissions(parent.resolve("lake")), is("rwx------"));
    assertThat(permissions(parent.resolve("lake/warehouse")), is("rwx------"));
  }

  @Test
  void itIsDeletedWithItsFilesWhenItIsClosed() throws IOException {
    TemporaryFolder folder = TemporaryFolder.create(parent, "test");
    Files.writeString(Files.createDirectories(folder.path().resolve("a/b")).resolve("c"), "d");

    folder.close();
    folder.close();

    assertThat(list(), is(empty()));
  }

  @Test
  void itIsDeletedWhenASignalEndsTheProcess() throws Exception {
    try (Holder holder = new Holder(parent)) {
      assertThat(list(), contains(holder.folder));

      holder.process.destroy();
      holder.process.waitFor();

      assertThat(list(), is(empty()));
    }
  }

  @Test
  void theNextProcessDeletesTheFolderOfAKilledOneAndNoOther() throws Exception {
    Path users = Files.createDirectory(parent.resolve("weir-history"));
    try (Holder alive = new Holder(parent);
        Holder killed = new Holder(parent);
        TemporaryFolder own = TemporaryFolder.create(parent, "test")) {
      killed.process.destroyForcibly();
      killed.process.waitFor();
      assertThat(list(), containsInAnyOrder(users, alive.folder, killed.folder, own.path()));

      // Twice: the first look must not release the locks of this process.
      try (TemporaryFolder next = TemporaryFolder.create(parent, "test");
          Holder other = new Holder(parent)) {
        assertThat(
            list(), containsInAnyOrder(users, alive.folder, own.path(), next.path(), other.folder));
      }
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private List<Path> list() {
    try (Stream<Path> all = Files.list(parent)) {
      return all.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process that has a folder. */
  private static final class Holder implements AutoCloseable {
    private final Process process;
    private final Path folder;

    Holder(Path parent) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  FolderHolder.class.getName(),
                  parent.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader printed = process.inputReader(UTF_8);
      String line = printed.readLine();
      // The logger may print how it was configured.
      while (!line.startsWith(parent.toString())) {
        line = printed.readLine();
      }
      folder = Path.of(line);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
