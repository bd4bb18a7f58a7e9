package dev.weir.kafka.once;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.kafka.KafkaCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** A job that publishes texts, each with itself as key and identity, and keeps no other state. */
final class PublishingJob implements AutoCloseable {
  static final String SINK = "sink";

  private final TopicLog.Spec spec;
  private final Map<Integer, SavedState> states = new HashMap<>();
  private final ScheduledExecutorService commits = Executors.newScheduledThreadPool(4);
  private final Publisher<String> publisher;
  final List<String> downstream = new ArrayList<>();
  int recovered;

  /** Texts that are their own keys; what follows a colon is not part of the key. */
  private record Texts() implements PublishedForm<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String key(String text) {
      return text.split(":")[0];
    }

    @Override
    public byte[] value(String text) {
      return text.getBytes(UTF_8);
    }

    @Override
    public String read(String key, byte[] value, byte[] more, RecordTag tag) {
      return new String(value, UTF_8);
    }
  }

  private PublishingJob(TopicLog.Spec spec, Map<Integer, SavedState> restored) {
    this.spec = spec;
    this.states.putAll(SavedState.copies(restored));
    this.publisher =
        new Publisher<>(
            new RecoveredOutputs.Kind<>(
                new Texts(),
                text -> text.getBytes(UTF_8),
                bytes -> new String(bytes, UTF_8),
                new Tally()),
            spec.sinkId(),
            spec.topic(),
            spec.layout().groups(),
            group -> new TopicLog(spec, group),
            commits,
            100);
    publisher.startBundle();
  }

  static TopicLog.Spec spec(KafkaCluster cluster, String topic, int groups) {
    return new TopicLog.Spec(cluster, topic, SINK, new GroupLayout(groups), 1 << 20, false);
  }

  /** Starts without state. */
  static PublishingJob start(TopicLog.Spec spec) {
    PublishingJob job = new PublishingJob(spec, Map.of());
    TopicEnds ends = TopicEnds.of(spec.cluster(), spec.topic());
    for (int group = 0; group < spec.layout().groups(); group++) {
      SavedState state = new SavedState();
      Publisher.start(
          state, spec.layout().groups(), ends.topicId(), ends.partitions(), ends.byPartition());
      job.states.put(group, state);
    }
    return job;
  }

  static PublishingJob restore(TopicLog.Spec spec, Map<Integer, SavedState> checkpoint) {
    return new PublishingJob(spec, checkpoint);
  }

  void publish(List<String> texts) {
    texts.forEach(this::publish);
  }

  void publish(String text) {
    int group = spec.layout().groupOf(new Texts().key(text));
    publisher.publish(
        group,
        List.of(new Timed<>(text, 0)),
        states.get(group),
        (element, time) -> downstream.add(element));
  }

  /** As the timer does. A group is idle if it has published nothing between two calls. */
  void checkIdle() {
    states.forEach(
        (group, state) ->
            publisher.checkIdle(group, state, (element, time) -> downstream.add(element)));
  }

  void finishBundle() {
    publisher.finish((element, time) -> downstream.add(element));
    publisher.startBundle();
  }

  Map<Integer, SavedState> checkpoint() {
    finishBundle();
    return SavedState.copies(states);
  }

  /** Ends as a killed process does: what is open is not committed, and not aborted either. */
  @Override
  public void close() {
    publisher.close();
    commits.shutdownNow();
  }

  private final class Tally implements Publisher.Tally {
    @Override
    public void recovered() {
      recovered++;
    }

    @Override
    public void diverged(String name) {}

    @Override
    public void corrected(String name) {}
  }
}
