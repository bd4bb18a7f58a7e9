package dev.weir.kafka.once;

import java.util.List;
import java.util.Map;

/**
 * What a job keeps of a writer group. It is saved and restored with the job's checkpoints. Values
 * must not be modified after they were passed on.
 */
interface GroupState {
  /** Null before the group was started. */
  PublishFront front();

  void write(PublishFront front);

  /** Returns an output that was read back and not reproduced; null if there is none. */
  RecoveredOutput recovered(String name);

  void keep(String name, RecoveredOutput output);

  void forget(String name);

  List<Map.Entry<String, RecoveredOutput>> allRecovered();

  /**
   * Has {@link Publisher#resolve} called with this time, in epoch milliseconds, once the event time
   * of the inputs passes it. Replaces an earlier call.
   */
  void resolveAt(long eventTime);

  /** Has {@link Publisher#checkIdle} called in about a minute. */
  void checkIdleSoon();
}
