package dev.weir.savedstate;

/** Receives the entries one by one; the sender keeps none. */
@FunctionalInterface
public interface EntryReceiver {
  void receive(SavedEntry entry);
}
