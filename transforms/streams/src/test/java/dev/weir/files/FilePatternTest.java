package dev.weir.files;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePatternTest {
  @TempDir private Path folder;

  @Test
  void aFolderMatchesItsFilesOfTheFormat() throws IOException {
    touch("b.jsonl", "a.JSON", "c.jsonl.gz", "d.ndjson", "notes.txt", "e.avro");

    assertThat(lines(""), is(files("a.JSON", "b.jsonl", "c.jsonl.gz", "d.ndjson")));
    assertThat(lines("/"), is(files("a.JSON", "b.jsonl", "c.jsonl.gz", "d.ndjson")));
    assertThat(FilePattern.ofContainers(folder.toString()).files(), is(files("e.avro")));
  }

  @Test
  void subFoldersAreReadAndHiddenOnesAreNot() throws IOException {
    touch("a.jsonl", "day=1/part.jsonl", "day=2/hour=3/part.jsonl");
    touch(".temp-beam-1/x.jsonl", "_tmp/x.jsonl", ".a.jsonl.crc", "_SUCCESS", ".hidden.jsonl");

    assertThat(lines(""), is(files("a.jsonl", "day=1/part.jsonl", "day=2/hour=3/part.jsonl")));
  }

  @Test
  void aCyclicLinkIsNotReadTwice() throws IOException {
    touch("in/a.jsonl");
    Files.createSymbolicLink(folder.resolve("in/again"), folder.resolve("in"));

    assertThat(lines("/in"), is(files("in/a.jsonl")));
    assertThat(lines("/in/**.jsonl"), is(files("in/a.jsonl")));
  }

  @Test
  void aGlobMatchesFilesAndNotFolders() throws IOException {
    touch("in/a.jsonl", "in/b.txt", "in/sub/c.jsonl", "in/d[1].jsonl");

    assertThat(lines("/in/*"), is(files("in/a.jsonl", "in/b.txt", "in/d[1].jsonl")));
    assertThat(lines("/in/*.jsonl"), is(files("in/a.jsonl", "in/d[1].jsonl")));
    assertThat(lines("/i*/sub/?.jsonl"), is(files("in/sub/c.jsonl")));
    assertThat(lines("/{in,out}/b.*"), is(files("in/b.txt")));
    assertThat(lines("/in/d[1].jsonl"), is(files("in/d[1].jsonl")));
    assertThat(lines("/./in/../in/a.*"), is(files("in/a.jsonl")));
  }

  @Test
  void aPatternWithoutMatchesIsNotFoundAndReportsSkippedFiles() throws IOException {
    touch("in/notes.txt");
    Files.createDirectory(folder.resolve("empty"));

    assertThat(notFound("/*.jsonl"), is("no files match " + folder + "/*.jsonl"));
    assertThat(notFound("/gone/a.jsonl"), is("no files match " + folder + "/gone/a.jsonl"));
    assertThat(notFound("/empty"), is("no files match " + folder + "/empty"));
    assertThat(
        notFound("/in"),
        is("no files match " + folder + "/in; skipped: " + folder + "/in/notes.txt"));
    assertThat(notFound("/i*"), is("no files match " + folder + "/i*; skipped: " + folder + "/in"));
  }

  @Test
  void aFileThatCannotBeOpenedIsAnErrorThatNamesIt() throws IOException {
    touch("a.jsonl");
    Files.createSymbolicLink(folder.resolve("b.jsonl"), folder.resolve("gone"));
    String why = " matches " + folder.resolve("b.jsonl") + ", which is a broken link";

    for (String pattern : List.of("/*.jsonl", "")) {
      IOException e = assertThrows(IOException.class, () -> lines(pattern));

      assertThat(e.getMessage(), is(folder + pattern + why));
    }
  }

  @Test
  void aNameThatTheLocaleCannotRepresentIsAnErrorAndNotSkipped() throws Exception {
    touch("a.jsonl");
    // By the shell, whatever the locale of this process is.
    run("sh", "-c", "cd \"$1\" && : > \"$(printf 'b-\\303\\251.jsonl')\"", "sh", folder.toString());

    for (String pattern : List.of("/*.jsonl", "")) {
      assertThat(
          inLocaleC(folder + pattern),
          allOf(containsString(folder + "/b-"), containsString("set LC_ALL=C.UTF-8")));
    }
    assertThat(inLocaleC(folder + "/a*"), containsString("found 1"));
  }

  /** What {@link Child} prints in a process whose file names are ASCII. */
  private static String inLocaleC(String pattern) throws Exception {
    return run(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Child.class.getName(),
        pattern);
  }

  private static String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /** Looks for files in a process of its own. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      try {
        System.out.println("found " + FilePattern.ofLines(arguments[0]).files().size());
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{}\n");
    }
  }

  private List<String> lines(String pattern) throws IOException {
    return FilePattern.ofLines(folder + pattern).files();
  }

  private String notFound(String pattern) {
    return assertThrows(FileNotFoundException.class, () -> lines(pattern)).getMessage();
  }

  private List<String> files(String... names) {
    return List.of(names).stream().map(name -> folder.resolve(name).toString()).toList();
  }
}
