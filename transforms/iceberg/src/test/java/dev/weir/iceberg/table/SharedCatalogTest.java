package dev.weir.iceberg.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.sameInstance;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SharedCatalogTest {
  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final AtomicInteger CLOSED = new AtomicInteger();
  private static volatile Runnable onOpen;

  private final LedgerCatalog catalog =
      LedgerCatalog.of(Map.of("catalog-impl", Counted.class.getName()));

  /** Counts how often it is opened and closed. */
  public static final class Counted extends InMemoryCatalog {
    @Override
    public void initialize(String name, Map<String, String> properties) {
      onOpen.run();
      super.initialize(name, properties);
      OPENED.incrementAndGet();
    }

    @Override
    public void close() throws IOException {
      CLOSED.incrementAndGet();
      super.close();
    }
  }

  @BeforeEach
  void reset() {
    OPENED.set(0);
    CLOSED.set(0);
    onOpen = () -> {};
  }

  @Test
  void theLastUserClosesTheCatalogAndTheNextOpensItAgain() {
    SharedCatalog one = SharedCatalog.of(catalog);
    SharedCatalog other = SharedCatalog.of(catalog);
    assertThat(other.open(), is(sameInstance(one.open())));
    assertOpenedAndClosed(1, 0);

    one.release();
    assertOpenedAndClosed(1, 0);
    other.release();
    assertOpenedAndClosed(1, 1);

    SharedCatalog.of(catalog).release();
    assertOpenedAndClosed(2, 2);
  }

  @Test
  void aCatalogThatFailsToOpenIsTriedAgain() {
    onOpen =
        () -> {
          throw new IllegalStateException("down");
        };
    assertThrows(LedgerException.class, () -> SharedCatalog.of(catalog));
    onOpen =
        () -> {
          throw new NoClassDefFoundError("driver");
        };
    assertThrows(NoClassDefFoundError.class, () -> SharedCatalog.of(catalog));
    assertOpenedAndClosed(0, 0);

    onOpen = () -> {};
    SharedCatalog.of(catalog).release();
    assertOpenedAndClosed(1, 1);
  }

  @Test
  void whoWaitsForACatalogThatHangsCanBeInterruptedAndIsNotCounted() throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    onOpen =
        () -> {
          hangs.countDown();
          await(answers);
        };
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<SharedCatalog> first = thread.submit(() -> SharedCatalog.of(catalog));
      hangs.await();

      Thread.currentThread().interrupt();
      LedgerException thrown = assertThrows(LedgerException.class, () -> SharedCatalog.of(catalog));
      assertThat(Thread.interrupted(), is(true));
      assertThat(
          thrown.getMessage(),
          is("interrupted while waiting for the catalog " + catalog + " to be opened"));

      answers.countDown();
      first.get().release();
      assertOpenedAndClosed(1, 1);
    } finally {
      answers.countDown();
      thread.shutdown();
    }
  }

  @Test
  void aCatalogIsNotSharedByJobsWithDifferentClassLoaders() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader ofThisJob = thread.getContextClassLoader();
    SharedCatalog one = SharedCatalog.of(catalog);
    SharedCatalog other;
    try (URLClassLoader ofAnotherJob = new URLClassLoader(new URL[0], ofThisJob)) {
      thread.setContextClassLoader(ofAnotherJob);
      other = SharedCatalog.of(catalog);
    } finally {
      thread.setContextClassLoader(ofThisJob);
    }

    assertThat(other.open(), is(not(sameInstance(one.open()))));
    other.release();
    assertOpenedAndClosed(2, 1);
    one.release();
    assertOpenedAndClosed(2, 2);
  }

  private static void assertOpenedAndClosed(int opened, int closed) {
    assertThat(OPENED.get(), is(opened));
    assertThat(CLOSED.get(), is(closed));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
