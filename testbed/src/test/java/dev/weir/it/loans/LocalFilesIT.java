package dev.weir.it.loans;

import static dev.weir.it.loans.Loan.aLoan;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.weir.bureaumock.BureauMock;
import dev.weir.embedded.EmbeddedStack;
import dev.weir.it.Checkpoints;
import dev.weir.it.Program;
import dev.weir.local.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a live job on its own cluster has on the disk, and what is left of it after the signal that
 * stops it.
 */
@Timeout(900)
class LocalFilesIT {
  @TempDir private static Path folder;
  private static EmbeddedStack stack;

  @BeforeAll
  static void start() {
    stack = EmbeddedStack.start(folder.resolve("stack"), 0, 0, BureauMock.healthy(), 1, 0);
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void onlyTheOwnerCanReadTheFilesAndASignalDeletesThem() throws IOException {
    Path temporary = Files.createDirectory(folder.resolve("own"));
    try (LoanRun run = new LoanRun(stack, "own");
        Program job = job("own", temporary)) {
      run.send(List.of(aLoan("own-1"), aLoan("own-2")));
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(2));
      eventually(() -> files(temporary), hasItem("_metadata"));

      assertThat(readableByOthers(temporary), is(empty()));

      assertThat(job.linesWhenStopped(), is(empty()));
      assertThat(list(temporary), is(empty()));
    }
  }

  /** With the options of the README. */
  @Test
  void checkpointsInAFolderOfTheUserAreKept() throws IOException {
    checkpointsAreKept("users", List.of(), List.of());
  }

  @Test
  void checkpointsOfRocksDbInAFolderOfTheUserAreKept() throws IOException {
    checkpointsAreKept("users-rocksdb", List.of("CURRENT"), List.of("--stateBackend=rocksdb"));
  }

  private static void checkpointsAreKept(String name, List<String> own, List<String> more)
      throws IOException {
    Path temporary = Files.createDirectory(folder.resolve(name));
    Path checkpoints = folder.resolve(name + "-checkpoints");
    List<String> kept = new ArrayList<>(more);
    kept.add("--stateBackendStoragePath=" + checkpoints.toUri());
    kept.add("--retainExternalizedCheckpointsOnCancellation=true");
    try (LoanRun run = new LoanRun(stack, name);
        Program job = job(name, temporary, kept.toArray(String[]::new))) {
      run.send(List.of(aLoan(name + "-1")));
      eventually(() -> run.decisions().size(), greaterThanOrEqualTo(1));
      eventually(() -> files(checkpoints), hasItem("_metadata"));
      own.forEach(file -> assertThat("of the backend", files(temporary), hasItem(file)));
      assertThat(readableByOthers(temporary), is(empty()));

      job.linesWhenStopped();
      assertThat(list(temporary), is(empty()));
      assertThat(files(checkpoints), hasItem("_metadata"));
    }
  }

  private static Program job(String name, Path temporary, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "loan-decisions",
                "--runner=FlinkRunner",
                "--parallelism=1",
                Checkpoints.FEW_KEY_GROUPS,
                "--shards=8",
                "--checkpointingInterval=300",
                "--applications=" + stack.topic(name + "-applications"),
                "--decisions=" + stack.topic(name + "-decisions"),
                "--deadLetters=" + stack.topic(name + "-dead-letters"),
                "--bureau=" + stack.bureau().uri()));
    arguments.addAll(List.of(more));
    return Program.start(
        "local-files-" + name,
        Main.class,
        Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary),
        arguments);
  }

  /** The names of all files below a folder, some of which come and go. */
  private static TreeSet<String> files(Path folder) {
    TreeSet<String> names = new TreeSet<>();
    for (Path path : list(folder)) {
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        names.addAll(files(path));
      } else {
        names.add(path.getFileName().toString());
      }
    }
    return names;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Programs that libraries unpack hold no data. */
  private static List<String> readableByOthers(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path path : list(folder)) {
      String permissions = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
      if (!permissions.endsWith("------") && !path.toString().matches(".*\\.so(\\.lck)?")) {
        found.add(path.getFileName() + " " + permissions);
      }
    }
    return found;
  }
}
