package dev.weir.kafka.once;

import static dev.weir.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.embedded.EmbeddedKafka;
import dev.weir.kafka.KafkaCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishing exactly once to a real broker. The histories of a model have the other cases. */
@Timeout(300)
class PublisherIT {
  @TempDir private static Path folder;
  private static EmbeddedKafka kafka;
  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    // How often the broker looks for transactions that have timed out.
    kafka =
        EmbeddedKafka.start(
            folder,
            0,
            Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"));
    cluster = KafkaCluster.at(kafka.bootstrapServers());
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void aKilledJobPublishesTheRestAndEmitsWhatWasPublished() {
    TopicLog.Spec spec = topic("killed", 4, 4);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish(texts("a", 100));
      checkpoint = job.checkpoint();
      job.publish(texts("b", 50));
      job.finishBundle();
      job.publish("open");
    }
    try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
      // A service answers differently this time.
      texts("b", 50).forEach(text -> job.publish(text + ":again"));
      job.publish(List.of("open", "c"));
      job.finishBundle();
      assertThat(job.recovered, is(50));
      assertThat(job.downstream, containsInAnyOrder(all(texts("b", 50), List.of("open", "c"))));
    }
    assertThat(
        committed("killed"),
        containsInAnyOrder(all(texts("a", 100), texts("b", 50), List.of("open", "c"))));
  }

  @Test
  void aRestartBeforeTheFirstCheckpointReadsBackFromTheStart() {
    TopicLog.Spec spec = topic("first", 2, 2);
    publishBy("somebody-else", spec, List.of("x", "y"));
    Map<Integer, SavedState> fresh;
    try (PublishingJob job = PublishingJob.start(spec)) {
      fresh = job.checkpoint();
      job.publish(texts("a", 10));
      job.finishBundle();
    }
    try (PublishingJob job = PublishingJob.restore(spec, fresh)) {
      job.publish(texts("a", 12));
      job.finishBundle();
    }
    assertThat(committed("first"), containsInAnyOrder(all(texts("a", 12), List.of("x", "y"))));
  }

  @Test
  void anOlderSavepointReadsBackEverythingSince() {
    TopicLog.Spec spec = topic("older", 3, 3);
    Map<Integer, SavedState> savepoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      savepoint = job.checkpoint();
      for (int n = 1; n <= 5; n++) {
        job.publish(texts("a" + n, 20));
        job.checkpoint();
      }
    }
    try (PublishingJob job = PublishingJob.restore(spec, savepoint)) {
      for (int n = 1; n <= 6; n++) {
        job.publish(texts("a" + n, 20));
      }
      job.finishBundle();
      assertThat(job.recovered, is(100));
    }
    assertThat(committed("older").size(), is(120));
  }

  @Test
  void aZombieThatStartsEarlyIsFenced() {
    TopicLog.Spec spec = topic("early-zombie", 1, 1);
    try (PublishingJob zombie = PublishingJob.start(spec)) {
      Map<Integer, SavedState> checkpoint = zombie.checkpoint();
      zombie.publish("a");
      zombie.finishBundle();
      try (PublishingJob live = PublishingJob.restore(spec, checkpoint)) {
        live.publish(List.of("a", "b"));
        live.finishBundle();
        zombie.publish("b");
        PublishException fenced = assertThrows(PublishException.class, zombie::finishBundle);
        assertThat(
            fenced.getMessage(), allOf(containsString("early-zombie"), containsString("--sinkId")));
        live.publish("c");
        live.finishBundle();
      }
    }
    assertThat(committed("early-zombie"), containsInAnyOrder("a", "b", "c"));
  }

  @Test
  void aZombieThatStartsLateAddsOnlyWhatIsMissingAndTheLiveWriterRestarts() {
    TopicLog.Spec spec = topic("late-zombie", 1, 1);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob first = PublishingJob.start(spec)) {
      checkpoint = first.checkpoint();
    }
    try (PublishingJob live = PublishingJob.restore(spec, checkpoint);
        PublishingJob zombie = PublishingJob.restore(spec, checkpoint)) {
      live.publish(List.of("a", "b"));
      live.finishBundle();
      zombie.publish(List.of("a", "b", "c"));
      zombie.finishBundle();
      live.publish("c");
      assertThrows(PublishException.class, live::finishBundle);
    }
    try (PublishingJob restarted = PublishingJob.restore(spec, checkpoint)) {
      restarted.publish(List.of("a", "b", "c", "d"));
      restarted.finishBundle();
      assertThat(restarted.downstream, containsInAnyOrder("a", "b", "c", "d"));
    }
    assertThat(committed("late-zombie"), containsInAnyOrder("a", "b", "c", "d"));
  }

  @Test
  void anIdleGroupNoticesThatAWriterWithTheSameAttemptHasTakenOver() {
    TopicLog.Spec spec = topic("idle-zombie", 1, 1);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob first = PublishingJob.start(spec)) {
      first.publish("a");
      checkpoint = first.checkpoint();
    }
    try (PublishingJob live = PublishingJob.restore(spec, checkpoint);
        PublishingJob zombie = PublishingJob.restore(spec, checkpoint)) {
      live.checkIdle();
      zombie.publish("b");
      zombie.finishBundle();
      assertThrows(PublishException.class, live::checkIdle);
    }
    assertThat(committed("idle-zombie"), containsInAnyOrder("a", "b"));
  }

  @Test
  void theOpenTransactionOfACrashedGroupIsEnded() {
    // One partition of two groups: the records of one are behind the open transaction of the other.
    TopicLog.Spec spec = topic("hanging", 1, 2);
    List<String> some = texts("t", 20);
    int group = spec.layout().groupOf(some.get(0));
    String other =
        some.stream().filter(t -> spec.layout().groupOf(t) != group).findFirst().orElseThrow();
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      checkpoint = job.checkpoint();
      crashWithOpenTransaction(spec, 1 - group, other);
      job.publish(some.get(0));
      job.finishBundle();
    }
    try (PublishingJob restored = PublishingJob.restore(spec, checkpoint)) {
      restored.publish(some.get(0));
      restored.finishBundle();
      assertThat(restored.recovered, is(1));
    }
    assertThat(committed("hanging"), containsInAnyOrder(some.get(0)));
  }

  /** The broker would end the transaction long after the test. */
  private static void crashWithOpenTransaction(TopicLog.Spec spec, int group, String text) {
    try (TopicLog crashed = new TopicLog(spec, group, 600_000)) {
      crashed.takeOver();
      open(crashed, text);
    }
  }

  static void open(TopicLog log, String text) {
    log.begin(new TransactionNumber(9, 1));
    log.send(new Output(text, text.getBytes(UTF_8), 0, null, null, null));
    log.flush();
  }

  @Test
  void aTransactionThatTheBrokerHasEndedCannotBeCommitted() {
    TopicLog.Spec spec = topic("timed-out", 1, 1);
    try (TopicLog stopped = new TopicLog(spec, 0, 1_000);
        Admin admin = cluster.admin(Map.of())) {
      stopped.takeOver();
      open(stopped, "a");
      eventually(() -> stateOf(spec.transactionalId(0), admin), is("CompleteAbort"));
      PublishException late = assertThrows(PublishException.class, stopped::commit);
      assertThat(
          late.getMessage(),
          containsString("the broker has ended a transaction that took too long"));
    }
    publishBy("sink", spec, List.of("b"));
    assertThat(committed("timed-out"), containsInAnyOrder("b"));
  }

  private static String stateOf(String transactionalId, Admin admin) {
    try {
      return admin
          .describeTransactions(List.of(transactionalId))
          .all()
          .get()
          .get(transactionalId)
          .state()
          .toString();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void partitionsThatAreAddedAreUsedAfterARestart() throws Exception {
    TopicLog.Spec spec = topic("grown", 2, 2);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish(texts("a", 20));
      checkpoint = job.checkpoint();
      job.publish(texts("b", 20));
      try (Admin admin = cluster.admin(Map.of())) {
        admin.createPartitions(Map.of("grown", NewPartitions.increaseTo(5))).all().get();
      }
      job.finishBundle();
    }
    kafka.createTopic("grown", 5);
    for (String next : List.of("c", "d")) {
      try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
        job.publish(texts("b", 20));
        job.publish(texts(next, 20));
        job.finishBundle();
        job.publish(texts("c", 20));
        job.publish(texts("d", 20));
      }
    }
    try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
      job.publish(all20("b", "c", "d"));
      job.finishBundle();
    }
    assertThat(committed("grown"), containsInAnyOrder(all(all20("a", "b", "c", "d"))));
  }

  @Test
  void deletedRecordsThatMayHaveBeenPublishedAreAnErrorUnlessRepeatsAreAllowed() throws Exception {
    TopicLog.Spec spec = topic("expired", 1, 1);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish("a");
      checkpoint = job.checkpoint();
      job.publish("b");
      job.finishBundle();
    }
    try (Admin admin = cluster.admin(Map.of())) {
      admin
          .deleteRecords(Map.of(new TopicPartition("expired", 0), RecordsToDelete.beforeOffset(4)))
          .all()
          .get();
    }
    try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
      PublishException gap = assertThrows(PublishException.class, () -> job.publish("b"));
      assertThat(
          gap.getMessage(),
          allOf(
              containsString("partition 0 of topic expired"),
              containsString("up to 4"),
              containsString("--allowRepeats")));
    }
    TopicLog.Spec allowed =
        new TopicLog.Spec(cluster, "expired", "sink", spec.layout(), 1 << 20, true);
    try (PublishingJob job = PublishingJob.restore(allowed, checkpoint)) {
      job.publish("b");
      job.finishBundle();
    }
    assertThat(committed("expired"), containsInAnyOrder("b"));
  }

  @Test
  void retentionOfAnIdleTopicIsNoError() throws Exception {
    TopicLog.Spec spec = topic("idle", 1, 1);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish("a");
      job.finishBundle();
      job.checkIdle();
      job.checkIdle();
      checkpoint = job.checkpoint();
    }
    try (Admin admin = cluster.admin(Map.of())) {
      // All, also the marker of the transaction.
      admin
          .deleteRecords(Map.of(new TopicPartition("idle", 0), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get();
    }
    try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
      job.publish("b");
      job.finishBundle();
    }
    assertThat(committed("idle"), containsInAnyOrder("b"));
  }

  @Test
  void retentionOfAPartitionThatABusyGroupNoLongerUsesIsNoError() throws Exception {
    TopicLog.Spec spec = topic("busy", 2, 1);
    List<String> used = inPartition(0, texts("t", 50));
    String unused = inPartition(1, texts("t", 50)).get(0);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish(unused);
      job.finishBundle();
      job.publish(used.get(0));
      job.finishBundle();
      job.checkIdle();
      job.publish(used.get(1));
      job.finishBundle();
      job.publish(used.get(2));
      checkpoint = job.checkpoint();
    }
    try (Admin admin = cluster.admin(Map.of())) {
      // All, also the marker of the transaction.
      admin
          .deleteRecords(Map.of(new TopicPartition("busy", 1), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get();
    }
    try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
      job.publish(used.get(3));
      job.finishBundle();
    }
    assertThat(committed("busy"), containsInAnyOrder(used.subList(0, 4).toArray()));
  }

  private static List<String> inPartition(int partition, List<String> texts) {
    return texts.stream()
        .filter(text -> GroupLayout.partitionOf(text.getBytes(UTF_8), 2) == partition)
        .toList();
  }

  @Test
  void aTopicThatWasCreatedAgainIsAnError() throws Exception {
    TopicLog.Spec spec = topic("again", 1, 1);
    Map<Integer, SavedState> checkpoint;
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish("a");
      checkpoint = job.checkpoint();
    }
    try (Admin admin = cluster.admin(Map.of())) {
      admin.deleteTopics(List.of("again")).all().get();
    }
    kafka.createTopic("again", 1);
    publishBy("somebody-else", spec, texts("x", 10));
    try (PublishingJob job = PublishingJob.restore(spec, checkpoint)) {
      assertThat(
          assertThrows(PublishException.class, () -> job.publish("b")).getMessage(),
          containsString("was deleted and created again"));
    }
  }

  @Test
  void aRecordThatIsTooLargeNamesTheRemedy() {
    TopicLog.Spec spec = topic("large", 1, 1);
    try (PublishingJob job = PublishingJob.start(spec)) {
      RecordTooLargeException tooLarge =
          assertThrows(
              RecordTooLargeException.class,
              () -> {
                job.publish("a:" + "x".repeat(2 << 20));
                job.finishBundle();
              });
      assertThat(tooLarge.getMessage(), containsString("--maxRequestSize"));
    }
  }

  @Test
  void aBrokerThatRestartsLosesAndRepeatsNothing() {
    Path own = folder.resolve("restarted");
    List<String> before = texts("a", 100);
    List<String> after = texts("b", 100);
    TopicLog.Spec spec;
    Map<Integer, SavedState> checkpoint;
    int port;
    PublishingJob job;
    try (EmbeddedKafka first = EmbeddedKafka.start(own, 0)) {
      port = Integer.parseInt(first.bootstrapServers().split(":")[1]);
      first.createTopic("restarted", 2);
      spec = PublishingJob.spec(KafkaCluster.at(first.bootstrapServers()), "restarted", 2);
      job = PublishingJob.start(spec);
      checkpoint = job.checkpoint();
      job.publish(before);
    }
    try (EmbeddedKafka second = EmbeddedKafka.start(own, port)) {
      try (PublishingJob running = job) {
        running.publish(after);
        running.finishBundle();
      } catch (PublishException e) {
        // The broker has aborted the transaction; a job restarts then.
      }
      try (PublishingJob restored = PublishingJob.restore(spec, checkpoint)) {
        restored.publish(before);
        restored.publish(after);
        restored.publish("c");
        restored.finishBundle();
      }
      assertThat(
          read(KafkaCluster.at(second.bootstrapServers()), "restarted", "read_committed"),
          containsInAnyOrder(all(before, after, List.of("c"))));
    }
  }

  @Test
  void aConsumerThatReadsUncommittedRecordsSeesThoseOfKilledWriters() {
    TopicLog.Spec spec = topic("uncommitted", 1, 1);
    crashWithOpenTransaction(spec, 0, "a");
    try (PublishingJob job = PublishingJob.start(spec)) {
      job.publish("a");
      job.finishBundle();
    }
    assertThat(committed("uncommitted"), containsInAnyOrder("a"));
    assertThat(read(cluster, "uncommitted", "read_uncommitted"), containsInAnyOrder("a", "a"));
  }

  @Test
  void recordsOfASinkIdAreFound() {
    TopicLog.Spec spec = topic("used", 2, 2);
    assertThat(PublishedBefore.find(cluster, "used", "sink"), is(Optional.empty()));
    publishBy("somebody-else", spec, texts("x", 10));
    assertThat(PublishedBefore.find(cluster, "used", "sink"), is(Optional.empty()));
    assertThat(PublishedBefore.find(cluster, "used", "somebody-else"), is(not(Optional.empty())));
    assertThat(PublishedBefore.find(cluster, "no-such-topic", "sink"), is(Optional.empty()));
  }

  private static TopicLog.Spec topic(String name, int partitions, int groups) {
    kafka.createTopic(name, partitions);
    return PublishingJob.spec(cluster, name, groups);
  }

  private static void publishBy(String sinkId, TopicLog.Spec spec, List<String> texts) {
    TopicLog.Spec theirs =
        new TopicLog.Spec(cluster, spec.topic(), sinkId, spec.layout(), 1 << 20, false);
    try (PublishingJob job = PublishingJob.start(theirs)) {
      job.publish(texts);
      job.finishBundle();
    }
  }

  private static List<String> texts(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(n -> prefix + "-" + n).toList();
  }

  private static List<String> all20(String... prefixes) {
    List<String> all = new ArrayList<>();
    for (String prefix : prefixes) {
      all.addAll(texts(prefix, 20));
    }
    return all;
  }

  @SafeVarargs
  private static String[] all(List<String>... lists) {
    List<String> all = new ArrayList<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return all.toArray(String[]::new);
  }

  private static List<String> committed(String topic) {
    return read(cluster, topic, "read_committed");
  }

  static List<String> read(KafkaCluster from, String topic, String isolation) {
    List<String> values = new ArrayList<>();
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    try (Consumer<byte[], byte[]> consumer = from.consumer(settings)) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> values.add(new String(record.value(), UTF_8)));
      }
    }
    return values;
  }
}
