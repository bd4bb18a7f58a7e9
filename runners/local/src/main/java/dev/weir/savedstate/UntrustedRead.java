package dev.weir.savedstate;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputFilter.FilterInfo;
import java.io.ObjectInputFilter.Status;

/**
 * Reads a part of a snapshot that nobody vouches for. While it reads, this thread deserializes and
 * loads only {@link SnapshotClasses}; whatever else goes wrong is an {@link UnreadableSnapshot}
 * with one line. The filter is Java's own and applies to each stream that this thread opens, in
 * Flink and in Beam as well.
 */
final class UntrustedRead {
  private static final long MOST_DEPTH = 100;
  private static final long MOST_REFERENCES = 100_000;
  private static final long MOST_ELEMENTS = 1_000_000;
  private static final long MOST_BYTES = 16L << 20;

  private static final ThreadLocal<UntrustedRead> CURRENT = new ThreadLocal<>();

  /** A process can set one filter, once; this one decides nothing for other threads. */
  private static final ObjectInputFilter FILTER =
      info -> {
        UntrustedRead current = CURRENT.get();
        return current == null ? Status.UNDECIDED : current.check(info);
      };

  private static final boolean FILTERS = install();

  private final ClassLoader loader = new Loader();
  private String refused;

  /** Reads a value with the loader for the classes that the snapshot names. */
  @FunctionalInterface
  interface Read<T> {
    T read(ClassLoader loader) throws IOException;
  }

  private UntrustedRead() {}

  private static boolean install() {
    try {
      ObjectInputFilter.Config.setSerialFilter(FILTER);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /**
   * @throws UnreadableSnapshot if the data is damaged, names a class that is not part of a
   *     snapshot, or this process has another filter for deserialization
   */
  static <T> T of(Read<T> reading) {
    if (!FILTERS) {
      throw new UnreadableSnapshot(
          "cannot be read safely: this process has a filter for deserialization of its own; start"
              + " it without -Djdk.serialFilter");
    }
    UntrustedRead before = CURRENT.get();
    UntrustedRead current = new UntrustedRead();
    CURRENT.set(current);
    try {
      return reading.read(current.loader);
    } catch (UnreadableSnapshot e) {
      throw e;
    } catch (IOException | RuntimeException | LinkageError e) {
      throw current.failure(e);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw new UnreadableSnapshot("is damaged: it states a size that does not fit into memory");
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  private UnreadableSnapshot failure(Throwable e) {
    if (refused != null) {
      return new UnreadableSnapshot(
          "names " + refused + ", which no snapshot of Weir has; nothing of it was run", e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileNotFoundException) {
        return new UnreadableSnapshot("lacks one of its files: " + cause.getMessage(), e);
      }
      if (cause instanceof EOFException) {
        return new UnreadableSnapshot("ends early", e);
      }
    }
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new UnreadableSnapshot(
        (e instanceof IOException ? "cannot be read: " : "is damaged: ")
            + message.lines().findFirst().orElse(""),
        e);
  }

  private Status check(FilterInfo info) {
    if (info.depth() > MOST_DEPTH
        || info.references() > MOST_REFERENCES
        || info.arrayLength() > MOST_ELEMENTS
        || info.streamBytes() > MOST_BYTES) {
      return refuse("an object that is larger than any of a snapshot");
    }
    Class<?> type = info.serialClass();
    if (type == null) {
      return Status.UNDECIDED;
    }
    return SnapshotClasses.include(type) ? Status.ALLOWED : refuse("the class " + type.getName());
  }

  private Status refuse(String what) {
    if (refused == null) {
      refused = what;
    }
    return Status.REJECTED;
  }

  /** Finds only the classes of snapshots, for Flink's serializers, which are created by name. */
  private final class Loader extends ClassLoader {
    Loader() {
      super(UntrustedRead.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      Class<?> type = super.loadClass(name, resolve);
      if (!SnapshotClasses.include(type)) {
        refuse("the class " + name);
        throw new ClassNotFoundException(name);
      }
      return type;
    }
  }
}
