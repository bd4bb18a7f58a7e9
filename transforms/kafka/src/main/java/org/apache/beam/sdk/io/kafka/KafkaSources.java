package org.apache.beam.sdk.io.kafka;

import org.apache.beam.sdk.io.UnboundedSource;

/**
 * Opens Beam's source of given partitions. Beam creates one only within its own transform, which
 * decides for all time which partitions it reads; the source itself is private to this package.
 */
public final class KafkaSources {
  private KafkaSources() {}

  /**
   * @param read must name its partitions
   * @param split names the source in logs and metrics
   */
  public static <K, V> UnboundedSource<KafkaRecord<K, V>, KafkaCheckpointMark> of(
      KafkaIO.Read<K, V> read, int split) {
    return new KafkaUnboundedSource<>(read, split);
  }
}
