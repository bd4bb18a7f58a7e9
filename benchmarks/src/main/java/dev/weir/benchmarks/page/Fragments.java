package dev.weir.benchmarks.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The prose of the page, one Markdown file for each place: {@code introduction}, {@code guard}, and
 * for a section its id, before its tables, and optionally its id with {@code -tried}, after them.
 */
public final class Fragments {
  private Fragments() {}

  /**
   * Returns the text of a fragment, without blank lines around it.
   *
   * @throws IllegalStateException if there is none
   */
  static String required(String name) {
    return optional(name)
        .orElseThrow(
            () -> new IllegalStateException("the page needs " + name + ".md in its resources"));
  }

  static Optional<String> optional(String name) {
    try (InputStream in = Fragments.class.getResourceAsStream(name + ".md")) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the fragment " + name, e);
    }
  }
}
