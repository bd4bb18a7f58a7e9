package dev.weir.needs;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Locations as Hadoop and Flink write them: paths of this machine, or URIs of a file system. */
final class LocalPaths {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][\\w+.-]+:.*");

  private LocalPaths() {}

  /** Returns the path that a location means on this machine; empty if it is elsewhere. */
  static Optional<Path> of(String location) {
    try {
      if (location.startsWith("file:")) {
        return Optional.ofNullable(URI.create(location).getPath()).map(Path::of);
      }
      return SCHEME.matcher(location).matches() ? Optional.empty() : Optional.of(Path.of(location));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
