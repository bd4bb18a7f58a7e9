package dev.weir.kafka;

import java.io.Serial;

/** A topic that is to be read does not exist, or exists no longer. */
final class MissingTopic extends IllegalStateException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * @param place the topic and its brokers
   */
  MissingTopic(String place) {
    super(place + " does not exist; create it, or check its name");
  }
}
