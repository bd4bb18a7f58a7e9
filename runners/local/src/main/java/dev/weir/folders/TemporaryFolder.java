package dev.weir.folders;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder for files that are worth nothing after this process. Only its owner can read it. It is
 * deleted when it is closed, and when SIGTERM, SIGHUP or Ctrl-C ends the process; after SIGKILL, by
 * the next process of the same user that creates a temporary folder.
 */
public final class TemporaryFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TemporaryFolder.class);
  private static final String PREFIX = "weir-";

  /** A process locks this file in its folder: the lock ends with the process, however that ends. */
  private static final String IN_USE = "in-use";

  private static final long STOP_MILLIS = TimeUnit.SECONDS.toMillis(15);

  /** Those of this process. Opening their lock files a second time would release the locks. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel inUse;
  private final Thread hook = new Thread(this::endWithProcess, "weir-delete-folder");
  private volatile AutoCloseable user = () -> {};

  private TemporaryFolder(Path path, FileChannel inUse) {
    this.path = path;
    this.inUse = inUse;
  }

  /**
   * Creates a folder in {@code java.io.tmpdir}.
   *
   * @param purpose a part of its name
   */
  public static TemporaryFolder create(String purpose) {
    return create(Path.of(System.getProperty("java.io.tmpdir")), purpose);
  }

  /** One at a time: another thread must not take a folder that is not locked yet for abandoned. */
  static synchronized TemporaryFolder create(Path parent, String purpose) {
    try {
      TemporaryFolder folder = null;
      while (folder == null) {
        folder = attempt(parent, purpose);
      }
      folder.deleteWithProcess();
      deleteAbandoned(parent, folder.path);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a folder in " + parent, e);
    }
  }

  /**
   * @return null if another process took the folder for an abandoned one, before it was locked
   */
  private static TemporaryFolder attempt(Path parent, String purpose) throws IOException {
    Path path = Files.createTempDirectory(parent, PREFIX + purpose + "-");
    OWN.add(path);
    FileChannel channel = FileChannel.open(path.resolve(IN_USE), CREATE_NEW, WRITE);
    if (channel.tryLock() != null && Files.exists(path.resolve(IN_USE))) {
      return new TemporaryFolder(path, channel);
    }
    channel.close();
    OWN.remove(path);
    return null;
  }

  private void deleteWithProcess() {
    try {
      Runtime.getRuntime().addShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already.
      delete();
      throw e;
    }
  }

  /** Deletes folders of this user whose process was killed. */
  private static void deleteAbandoned(Path parent, Path mine) throws IOException {
    for (Path folder : others(parent)) {
      try {
        if (!OWN.contains(folder) && Files.getOwner(folder).equals(Files.getOwner(mine))) {
          deleteIfAbandoned(folder);
        }
      } catch (NoSuchFileException e) {
        LOG.debug("{} was deleted by its process", folder, e);
      } catch (OverlappingFileLockException e) {
        LOG.debug("{} belongs to this process", folder, e);
      } catch (IOException | UncheckedIOException e) {
        LOG.warn("cannot delete {}, whose process was killed", folder, e);
      }
    }
  }

  private static void deleteIfAbandoned(Path folder) throws IOException {
    Path file = folder.resolve(IN_USE);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, WRITE)) {
      if (channel.tryLock() != null) {
        deleteLockLast(folder);
        LOG.info("deleted {}, whose process was killed", folder);
      }
    }
  }

  /** If this process is killed meanwhile, the next one must still find the lock file. */
  private static void deleteLockLast(Path folder) throws IOException {
    List<Path> children;
    try (Stream<Path> all = Files.list(folder)) {
      children = all.filter(child -> !child.endsWith(IN_USE)).toList();
    } catch (NoSuchFileException e) {
      return;
    }
    children.forEach(Folders::delete);
    Folders.delete(folder);
  }

  private static List<Path> others(Path parent) throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.filter(folder -> folder.getFileName().toString().startsWith(PREFIX))
          .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
          .toList();
    }
  }

  public Path path() {
    return path;
  }

  /** Sets what writes to the folder; it is closed first if a signal ends the process. */
  public void usedBy(AutoCloseable writer) {
    user = writer;
  }

  /** Returns whether a signal, or {@code System.exit}, is ending this process. */
  public static boolean isProcessEnding() {
    try {
      Runtime.getRuntime().removeShutdownHook(new Thread());
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  /** Deletes the folder. A second call does nothing. */
  @Override
  public void close() {
    // Deleted first: a signal that arrives in between must still find the hook, which waits for
    // this.
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is ending already", e);
    }
  }

  private void endWithProcess() {
    Thread stop = new Thread(this::stopUser, "weir-stop");
    stop.setDaemon(true);
    stop.start();
    try {
      // Whoever waits for the end of the process has a limit, too.
      stop.join(STOP_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    delete();
  }

  private void stopUser() {
    try {
      user.close();
    } catch (Exception e) {
      LOG.debug("what used {} did not stop", path, e);
    }
  }

  private synchronized void delete() {
    try {
      deleteLockLast(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
    OWN.remove(path);
    try {
      inUse.close();
    } catch (IOException e) {
      LOG.debug("the lock of {} was lost", path, e);
    }
  }
}
