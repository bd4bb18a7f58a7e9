package dev.weir.cdc;

import java.io.Serializable;
import java.util.function.Consumer;

/**
 * The rules by which the changes of a key become something else. What is older than the last change
 * of its key, or a repeat of it, is not applied; see {@link ChangeOrder}.
 *
 * @param <C> a change of a row
 * @param <S> what is remembered of a key
 * @param <O> what comes out
 */
public interface Tracker<C, S, O> extends Serializable {

  /** The primary key. */
  String key(C change);

  /**
   * Where a change stands; one that is {@link ChangeSource#getUnreadable unreadable} is never
   * applied.
   */
  ChangeSource source(C change);

  /** That of the last change. */
  ChangeSource last(S state);

  /** That of the last change, see {@link ChangeOrder#revision}. */
  long revision(S state);

  /** How far the key's changes have been applied. */
  RowProgress progress(S state);

  /**
   * What is remembered from now on.
   *
   * @param before null where nothing is remembered
   * @param progress how far the key's changes have been applied, this one included
   * @param now receives what has to be said of each change, also where the input has an end
   */
  S next(S before, C change, RowProgress progress, Consumer<O> now);

  /** What is remembered once a change is applied; see {@link #next}. */
  default S apply(S before, C change, Consumer<O> now) {
    RowProgress progress =
        ChangeOrder.progress(before == null ? null : progress(before), source(change));
    return next(before, change, progress, now);
  }

  /**
   * Says what a change changed, where changes go on coming.
   *
   * @param before null where nothing was remembered
   */
  void emitChange(S before, S after, C change, Consumer<O> out);

  /** Says what is true at the end, where all changes are read: each key is said once. */
  void emitFinal(S state, C last, Consumer<O> out);

  /**
   * Says what stays true of a key that is forgotten before its next change, where all changes are
   * read: {@link #emitFinal} will not know of it.
   *
   * @param last the last change before
   */
  default void emitForgotten(S state, C last, Consumer<O> out) {}

  /**
   * Event time in epoch milliseconds after which the key may be forgotten; {@link Long#MAX_VALUE}
   * for never.
   */
  long keepUntil(S state);

  /** Whether a change is to be applied: it is neither old nor a repeat. */
  default boolean isNews(S state, C change) {
    return state == null || ChangeOrder.isNews(progress(state), last(state), source(change));
  }

  /**
   * Whether a change finds what was remembered of its key. The change's own time decides, and not
   * when it was swept away: a replay remembers what the live run did.
   */
  default boolean remembers(S state, C change) {
    return state != null && source(change).getCommitMs() <= keepUntil(state);
  }
}
