package dev.weir.record;

/** A bounded source of raw records that is read in this process, without a pipeline. */
@FunctionalInterface
public interface RawRecords {

  /** Receives what a source holds, in the order of the source. */
  interface Handler {
    void record(RawRecord record);

    /** A place of the source that holds something that is not a record. */
    void unreadable(Origin origin, UnreadableRecord why);
  }

  /**
   * Reads everything, as it was when the source was opened. May be called again.
   *
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  void forEach(Handler handler);
}
