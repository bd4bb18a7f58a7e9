package dev.weir.files;

import dev.weir.progress.FilePart;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the files that a path, a folder or a glob names. A file that cannot be opened is never
 * skipped: it is an error, reported before any file is read.
 *
 * <p>A folder contributes all files in it and in its sub-folders whose names have the format's
 * extension; hidden files and folders, whose names start with {@code .} or {@code _}, are skipped.
 */
public final class FilePattern implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(FilePattern.class);
  private static final Pattern OTHER_SCHEME = Pattern.compile("(?!file:)[a-zA-Z][\\w+.-]+:.*");
  private static final String WILDCARDS = "*?[{";

  /** How the names of files in a folder end, in lower case. */
  private static final String LINES =
      ".*\\.(jsonl|ndjson|json)(\\.(gz|bz2|zst|zstd|deflate|zlib))?";

  private static final String CONTAINERS = ".*\\.avro";

  private final String pattern;
  private final String names;

  private FilePattern(String pattern, String names) {
    this.pattern = pattern;
    this.names = names;
  }

  /**
   * @param pattern names JSON Lines files
   */
  public static FilePattern ofLines(String pattern) {
    return new FilePattern(pattern, LINES);
  }

  /**
   * @param pattern names Avro container files
   */
  public static FilePattern ofContainers(String pattern) {
    return new FilePattern(pattern, CONTAINERS);
  }

  /**
   * Lists the files as they are now, each once, sorted.
   *
   * @return absolute paths
   * @throws FileNotFoundException if no file matches; the message names the pattern
   * @throws IOException if a file or folder cannot be opened; the message names it
   */
  public List<String> files() throws IOException {
    if (isRemote()) {
      return matched().map(Metadata::resourceId).map(Object::toString).sorted().toList();
    }
    Search search = new Search();
    String spec = new File(pattern.replaceFirst("^file:", "")).getAbsolutePath();
    try {
      Path path = Path.of(spec);
      if (Files.isDirectory(path)) {
        search.folder(path);
      } else if (Files.exists(path)) {
        search.take(path);
      } else {
        search.glob(spec);
      }
    } catch (InvalidPathException e) {
      throw new FileNotFoundException(
          pattern + " contains characters that no file name can have here; " + locale());
    }
    return search.result();
  }

  /**
   * Lists the files with their sizes as they are now; otherwise like {@link #files}. A file that is
   * not a regular one has no size.
   */
  public List<FilePart> parts() throws IOException {
    return isRemote()
        ? matched()
            .map(found -> FilePart.whole(found.resourceId().toString(), found.sizeBytes()))
            .toList()
        : files().stream().map(file -> FilePart.whole(file, new File(file).length())).toList();
  }

  private boolean isRemote() {
    return OTHER_SCHEME.matcher(pattern).matches();
  }

  private Stream<Metadata> matched() throws IOException {
    return org.apache.beam.sdk.io.FileSystems.match(pattern, EmptyMatchTreatment.DISALLOW)
        .metadata()
        .stream();
  }

  private static String locale() {
    return "the encoding of file names is "
        + System.getProperty("sun.jnu.encoding")
        + ": set LC_ALL=C.UTF-8, or rename the files";
  }

  /** One traversal of the folders. */
  private final class Search {
    private final Set<String> found = new TreeSet<>();
    private final Set<Path> entered = new HashSet<>();
    private int others;
    private Path anyOther;

    List<String> result() throws IOException {
      if (found.isEmpty()) {
        throw new FileNotFoundException(
            "no files match "
                + pattern
                + (others == 0
                    ? ""
                    : "; skipped: " + anyOther + (others == 1 ? "" : " and others")));
      }
      if (others > 0) {
        LOG.warn("{}: {} files or folders skipped, such as {}", pattern, others, anyOther);
      }
      return List.copyOf(found);
    }

    void folder(Path folder) throws IOException {
      if (!entered.add(folder.toRealPath())) {
        return;
      }
      for (Path entry : list(folder)) {
        String name = entry.getFileName().toString();
        if (name.startsWith(".") || name.startsWith("_")) {
          continue;
        }
        if (Files.isDirectory(entry)) {
          folder(entry);
        } else if (name.toLowerCase(Locale.ROOT).matches(names)) {
          take(entry);
        } else {
          skip(entry);
        }
      }
    }

    void glob(String spec) throws IOException {
      int wildcard = 0;
      while (wildcard < spec.length() && WILDCARDS.indexOf(spec.charAt(wildcard)) < 0) {
        wildcard++;
      }
      if (wildcard == spec.length()) {
        return;
      }
      String rest = spec.substring(wildcard);
      int levels = rest.contains("**") ? Integer.MAX_VALUE : rest.split("/", -1).length;
      Path folder = Path.of(spec.substring(0, spec.lastIndexOf('/', wildcard) + 1));
      if (Files.isDirectory(folder)) {
        // A backslash is a literal character of the name, as in Beam's own patterns.
        String glob = "glob:" + spec.replace("\\", "\\\\");
        glob(folder, FileSystems.getDefault().getPathMatcher(glob), levels);
      }
    }

    private void glob(Path folder, PathMatcher matcher, int levels) throws IOException {
      if (levels == Integer.MAX_VALUE && !entered.add(folder.toRealPath())) {
        return;
      }
      for (Path entry : list(folder)) {
        boolean matches = matcher.matches(entry);
        if (Files.isDirectory(entry)) {
          if (matches) {
            skip(entry);
          }
          if (levels > 1) {
            glob(entry, matcher, levels == Integer.MAX_VALUE ? levels : levels - 1);
          }
        } else if (matches) {
          take(entry);
        }
      }
    }

    void take(Path file) throws IOException {
      if (!hasName(file)) {
        throw failure(file, "cannot be opened; " + locale());
      }
      String name =
          org.apache.beam.sdk.io.FileSystems.matchNewResource(file.toString(), false).toString();
      // Opening a named pipe here would consume its writer.
      if (Files.isRegularFile(file) || Files.notExists(file)) {
        open(name);
      }
      found.add(name);
    }

    private void open(String name) throws IOException {
      try {
        Files.newByteChannel(Path.of(name)).close();
      } catch (NoSuchFileException e) {
        throw failure(name, "is a broken link");
      } catch (AccessDeniedException e) {
        throw failure(name, "cannot be read: permission denied");
      } catch (IOException e) {
        throw failure(name, "cannot be opened: " + e);
      }
    }

    /** Has no cause, because only the message of the innermost cause is shown. */
    private IOException failure(Object name, String why) {
      return new IOException(pattern + " matches " + name + ", which " + why);
    }

    /** Returns whether the path, as Java writes it, still names the file. */
    private boolean hasName(Path file) {
      try {
        return Path.of(file.toString()).equals(file);
      } catch (InvalidPathException e) {
        return false;
      }
    }

    private void skip(Path other) {
      others++;
      anyOther = other;
    }

    private List<Path> list(Path folder) throws IOException {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        Set<Path> sorted = new TreeSet<>();
        entries.forEach(sorted::add);
        return List.copyOf(sorted);
      } catch (IOException | DirectoryIteratorException e) {
        throw failure(folder, "cannot be listed: " + e);
      }
    }
  }
}
