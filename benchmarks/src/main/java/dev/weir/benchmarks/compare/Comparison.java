package dev.weir.benchmarks.compare;

import dev.weir.benchmarks.page.Layout;
import java.io.IOException;

/** Something that two or more sides do, so that their speed can be compared. */
public interface Comparison {
  Layout layout();

  /** The number of rounds of a full run: at least 5 where there is a goal. */
  default int rounds() {
    return 5;
  }

  /** Starts what all sides share, such as a broker. */
  Sides open(Bench bench) throws Exception;

  /** The sides, ready to run one after the other. */
  interface Sides extends AutoCloseable {
    /**
     * Runs one side in its own process.
     *
     * @param side the id of a column of the layout
     * @throws IllegalStateException if it fails, or if its output differs from that of another side
     */
    Outcome run(String side) throws Exception;

    @Override
    default void close() throws IOException {}
  }
}
