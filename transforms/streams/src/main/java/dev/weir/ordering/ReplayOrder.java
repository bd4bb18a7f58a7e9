package dev.weir.ordering;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * Gives events that arrive in any order their turn in a defined order: by time, then by {@link
 * Rules#compareAtOneInstant}, and the deadlines of an instant after its events. The order depends
 * on the events alone, not on their arrival or on how often time is advanced.
 *
 * <p>If an event arrives after its time has passed, it has its turn next.
 *
 * @param <E> an event
 * @param <O> an output
 */
final class ReplayOrder<E, O> {

  /**
   * Receives the outputs of the rules.
   *
   * @param <O> an output
   */
  @FunctionalInterface
  interface Output<O> {
    /**
     * @param timestamp event time, epoch milliseconds
     */
    void emit(O output, long timestamp);
  }

  private final Rules<E, O> rules;
  private final Waiting<E> waiting;
  private final Remembered memory;
  private final Output<O> output;
  private final Consumer<String> counts;
  private final Comparator<Entry<E>> order;
  private final List<Entry<E>> pushed = new ArrayList<>();

  /**
   * @param counts receives the name of each outcome that is counted
   */
  ReplayOrder(
      Rules<E, O> rules,
      Waiting<E> waiting,
      Remembered memory,
      Output<O> output,
      Consumer<String> counts) {
    this.rules = rules;
    this.waiting = waiting;
    this.memory = memory;
    this.output = output;
    this.counts = counts;
    this.order = (a, b) -> compare(rules, a, b);
  }

  private static <E> int compare(Rules<E, ?> rules, Entry<E> a, Entry<E> b) {
    int byTime = Long.compare(a.time(), b.time());
    if (byTime != 0) {
      return byTime;
    }
    if (a.event() != null && b.event() != null) {
      return rules.compareAtOneInstant(a.event(), b.event());
    }
    int byKind = Integer.compare(kind(a), kind(b));
    if (byKind != 0) {
      return byKind;
    }
    return a.deadline() != null
        ? a.deadline().compareTo(b.deadline())
        : a.page().compareTo(b.page());
  }

  private static int kind(Entry<?> entry) {
    return entry.event() != null ? 0 : entry.deadline() != null ? 1 : 2;
  }

  /**
   * Adds an event, which waits for its turn.
   *
   * @param time epoch milliseconds
   */
  void push(E event, long time) {
    pushed.add(Entry.event(event, Math.max(time, waiting.reached())));
  }

  /**
   * Gives all entries before a time their turn. No entry has a turn until the next call.
   *
   * @param before epoch milliseconds; a time earlier than that of the last call changes nothing
   */
  void advance(long before) {
    settle();
    if (before > waiting.reached()) {
      new Run(before).run();
      // No turn is earlier from now on.
      memory.now(before);
      waiting.reached(before);
      settle();
    }
  }

  /** Gives all entries their turn, including deadlines that are set meanwhile. */
  void drain() {
    advance(Long.MAX_VALUE);
  }

  /** Sweeps a page of the memory later. */
  void sweep(String page, long at) {
    pushed.add(Entry.sweep(page, Math.max(at, waiting.reached())));
  }

  /** Stores the pushed entries. Must be called before this object is discarded. */
  void settle() {
    if (!pushed.isEmpty()) {
      waiting.add(List.copyOf(pushed));
      pushed.clear();
    }
  }

  /**
   * One advance of time. Merges two sorted sources: the entries that waited and those set
   * meanwhile.
   */
  private final class Run implements Turn<O> {
    private final long before;
    private final List<Entry<E>> waited = new ArrayList<>();
    private final PriorityQueue<Entry<E>> set = new PriorityQueue<>(order);
    private int next;
    private long now;

    Run(long before) {
      this.before = before;
      for (Entry<E> entry : waiting.take(before)) {
        (entry.time() < before ? waited : pushed).add(entry);
      }
      waited.sort(order);
    }

    void run() {
      for (Entry<E> entry = poll(); entry != null; entry = poll()) {
        now = entry.time();
        memory.now(now);
        if (entry.event() != null) {
          rules.next(entry.event(), this);
        } else if (entry.deadline() != null) {
          rules.due(entry.deadline(), this);
        } else if (before != Long.MAX_VALUE) {
          // Otherwise all state is about to be removed.
          memory.sweep(entry.page());
        }
        memory.limit(this::sweep);
      }
    }

    /** A sweep that is due before the end of this run is part of it. */
    private void sweep(String page, long at) {
      add(Entry.sweep(page, Math.max(at, now)));
    }

    private void add(Entry<E> entry) {
      if (entry.time() < before) {
        set.add(entry);
      } else {
        pushed.add(entry);
      }
    }

    private Entry<E> poll() {
      Entry<E> first = next < waited.size() ? waited.get(next) : null;
      Entry<E> other = set.peek();
      if (other != null && (first == null || order.compare(other, first) < 0)) {
        return set.poll();
      }
      next++;
      return first;
    }

    @Override
    public long time() {
      return now;
    }

    @Override
    public Memory memory() {
      return memory;
    }

    @Override
    public void emit(O out, long timestamp) {
      output.emit(out, timestamp);
    }

    @Override
    public void schedule(String deadline, long at) {
      schedule(deadline, at, at);
    }

    @Override
    public void schedule(String deadline, long at, long earliest) {
      long time = Math.max(at, now);
      add(Entry.deadline(deadline, time, Math.min(time, earliest)));
    }

    @Override
    public void count(String name) {
      counts.accept(name);
    }
  }
}
