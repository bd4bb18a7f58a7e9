package dev.weir.savedstate;

/** Takes one entry after the other; none is kept by who gives it. */
@FunctionalInterface
public interface EntryReceiver {
  void receive(SavedEntry entry);
}
