package dev.weir.cdc;

import java.io.Serializable;
import java.util.function.Consumer;

/**
 * The rules that turn the changes of a key into outcomes. A change that is older than the last
 * change of its key, or a repeat of it, is not applied; see {@link ChangeOrder}.
 *
 * @param <C> a change of a row
 * @param <S> the state of a key
 * @param <O> an outcome
 */
public interface Tracker<C, S, O> extends Serializable {

  /** Returns the primary key. */
  String key(C change);

  /**
   * Returns the source of a change; a change that is {@link ChangeSource#getUnreadable unreadable}
   * is never applied.
   */
  ChangeSource source(C change);

  /** Returns the source of the last change. */
  ChangeSource last(S state);

  /** Returns the revision of the last change; see {@link ChangeOrder#revision}. */
  long revision(S state);

  /** Returns how far the key's changes have been applied. */
  RowProgress progress(S state);

  /**
   * Returns the new state of a key.
   *
   * @param before the previous state; null if there is none
   * @param progress how far the key's changes have been applied, including this one
   * @param now receives the outcomes that must be emitted for each change, also on bounded input
   */
  S next(S before, C change, RowProgress progress, Consumer<O> now);

  /** Returns the state after a change is applied; see {@link #next}. */
  default S apply(S before, C change, Consumer<O> now) {
    RowProgress progress =
        ChangeOrder.progress(before == null ? null : progress(before), source(change));
    return next(before, change, progress, now);
  }

  /**
   * Emits the outcomes of one change; called on unbounded input.
   *
   * @param before the previous state; null if there was none
   */
  void emitChange(S before, S after, C change, Consumer<O> out);

  /** Emits the final outcomes of a key; called once for each key, on bounded input. */
  void emitFinal(S state, C last, Consumer<O> out);

  /**
   * Emits the outcomes that remain valid for a key whose state is forgotten before its next change;
   * called on bounded input, because {@link #emitFinal} does not see that state.
   *
   * @param last the last change before the state is forgotten
   */
  default void emitExpired(S state, C last, Consumer<O> out) {}

  /**
   * Returns the event time in epoch milliseconds after which the state of the key may be removed;
   * {@link Long#MAX_VALUE} for never.
   */
  long keepUntil(S state);

  /** Returns whether a change must be applied: it is neither old nor a repeat. */
  default boolean isNew(S state, C change) {
    return state == null || ChangeOrder.isNew(progress(state), last(state), source(change));
  }

  /**
   * Returns whether a change finds the state of its key. This depends on the commit time of the
   * change, and not on when the state was removed, so that a replay gives the same result as the
   * live run.
   */
  default boolean remembers(S state, C change) {
    return state != null && source(change).getCommitMs() <= keepUntil(state);
  }
}
