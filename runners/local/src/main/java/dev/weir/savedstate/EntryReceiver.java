package dev.weir.savedstate;

/** Receives the entries one by one; the caller retains none of them. */
@FunctionalInterface
public interface EntryReceiver {
  void receive(SavedEntry entry);
}
