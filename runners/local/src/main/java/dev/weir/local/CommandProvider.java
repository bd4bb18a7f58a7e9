package dev.weir.local;

import java.util.List;

/** Adds commands to {@link Main}; {@link java.util.ServiceLoader} finds it on the class path. */
public interface CommandProvider {

  /** Objects annotated with picocli's {@code @Command}. */
  List<Object> commands();
}
