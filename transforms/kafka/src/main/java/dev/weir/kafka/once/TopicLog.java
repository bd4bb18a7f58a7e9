package dev.weir.kafka.once;

import dev.weir.kafka.KafkaCluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of a sink, as one of its writer groups sees it. A producer with the transactional id of
 * the group writes to it: Kafka lets only the latest producer of an id commit.
 */
final class TopicLog implements GroupLog {
  private static final Logger LOG = LoggerFactory.getLogger(TopicLog.class);

  /** After a crash the broker aborts an open transaction at the latest after this time. */
  private static final int TRANSACTION_TIMEOUT_MS = 60_000;

  private static final Duration POLL = Duration.ofMillis(200);

  /** How long a transaction of another group may keep records from being read. */
  private static final long PATIENCE_MS = 5_000;

  /** The broker may take this long to abort the transaction of a writer that crashed. */
  private static final long MOST_WAIT_MS = 3L * TRANSACTION_TIMEOUT_MS;

  private final Spec spec;
  private final int group;
  private final int timeoutMs;
  private final Map<Integer, Long> ends = new ConcurrentHashMap<>();
  private final Callback sent = this::sent;
  private volatile RuntimeException unsent;
  private byte[] prefix;
  private Producer<byte[], byte[]> producer;
  private int partitions;
  private String topicId = "";

  /**
   * What the logs of all groups of a sink share.
   *
   * @param maxRequestSize bytes of the largest record
   * @param repeatsAllowed whether records that may be missing are accepted when reading back
   */
  record Spec(
      KafkaCluster cluster,
      String topic,
      String sinkId,
      GroupLayout layout,
      int maxRequestSize,
      boolean repeatsAllowed)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    String transactionalId(int group) {
      return transactionalIds() + group;
    }

    /** What the transactional ids of all groups begin with. */
    String transactionalIds() {
      return sinkId + "/" + topic + "/";
    }

    String place() {
      return "topic " + topic + " at " + cluster.bootstrapServers();
    }
  }

  TopicLog(Spec spec, int group) {
    this(spec, group, TRANSACTION_TIMEOUT_MS);
  }

  /**
   * @param timeoutMs after how many milliseconds the broker aborts a transaction
   */
  TopicLog(Spec spec, int group, int timeoutMs) {
    this.spec = spec;
    this.group = group;
    this.timeoutMs = timeoutMs;
  }

  @Override
  public void takeOver() {
    call(
        () -> {
          producer = TransactionalProducer.open(spec, group, timeoutMs);
          producer.initTransactions();
          partitions = producer.partitionsFor(spec.topic()).size();
        });
  }

  @Override
  public String topicId() {
    return topicId;
  }

  @Override
  public int partitions() {
    return partitions;
  }

  @Override
  public Map<Integer, Long> readBack(
      Map<Integer, Long> from,
      String knownTopicId,
      int partitionsThen,
      Consumer<PublishedRecord> each) {
    Set<Integer> candidates = spec.layout().partitionsOf(group, partitionsThen, partitions);
    Map<Integer, Long> read = new HashMap<>();
    call(() -> read.putAll(read(from, knownTopicId, candidates, false, each)));
    return read;
  }

  @Override
  public Map<Integer, Long> readOn(
      Map<Integer, Long> from, String knownTopicId, Consumer<PublishedRecord> each) {
    Set<Integer> candidates = spec.layout().partitionsOf(group, partitions);
    Map<Integer, Long> read = new HashMap<>(from);
    call(
        () ->
            read(from, knownTopicId, candidates, true, each)
                .forEach((partition, end) -> read.merge(partition, end, Math::max)));
    return read;
  }

  @Override
  public Map<Integer, Long> stableEnds() {
    Map<Integer, Long> found = new HashMap<>();
    call(
        () -> {
          try (Admin admin = spec.cluster().admin(Map.of())) {
            found.putAll(TopicBounds.stableEnds(admin, all()));
          }
        });
    return found;
  }

  private List<TopicPartition> all() {
    return IntStream.range(0, partitions)
        .mapToObj(n -> new TopicPartition(spec.topic(), n))
        .toList();
  }

  /**
   * @param decided whether to read only up to the first open transaction of each partition
   */
  private Map<Integer, Long> read(
      Map<Integer, Long> from,
      String knownTopicId,
      Set<Integer> candidates,
      boolean decided,
      Consumer<PublishedRecord> each) {
    try (Admin admin = spec.cluster().admin(Map.of())) {
      TopicBounds bounds = TopicBounds.of(admin, spec.topic(), all());
      topicId = bounds.topicId();
      Map<Integer, Long> starts = new LinkedHashMap<>();
      for (int partition : candidates) {
        starts.put(
            partition,
            bounds.start(
                new TopicPartition(spec.topic(), partition),
                from.get(partition),
                knownTopicId,
                spec));
      }
      TopicBounds until = decided ? bounds.endingAt(TopicBounds.stableEnds(admin, all())) : bounds;
      read(admin, starts, until, each);
      return until.ends();
    }
  }

  private void read(
      Admin admin, Map<Integer, Long> starts, TopicBounds bounds, Consumer<PublishedRecord> each) {
    Set<TopicPartition> open =
        starts.entrySet().stream()
            .filter(start -> start.getValue() < bounds.ends().get(start.getKey()))
            .map(start -> new TopicPartition(spec.topic(), start.getKey()))
            .collect(Collectors.toSet());
    if (open.isEmpty()) {
      return;
    }
    long records = 0;
    long began = System.nanoTime();
    try (org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer =
        spec.cluster().consumer(reading())) {
      consumer.assign(open);
      open.forEach(partition -> consumer.seek(partition, starts.get(partition.partition())));
      Stall stall = new Stall(admin);
      while (!open.isEmpty()) {
        ConsumerRecords<byte[], byte[]> read = consumer.poll(POLL);
        for (ConsumerRecord<byte[], byte[]> record : read) {
          if (record.offset() < bounds.ends().get(record.partition())) {
            pass(record, each);
          }
        }
        records += read.count();
        int before = open.size();
        open.removeIf(
            partition -> consumer.position(partition) >= bounds.ends().get(partition.partition()));
        if (open.size() < before) {
          consumer.assign(open);
        }
        stall.check(read.isEmpty() && open.size() == before, open);
      }
    }
    LOG.info(
        "sink {}, group {}: {} records of {} read back in {} ms",
        spec.sinkId(),
        group,
        records,
        spec.place(),
        (System.nanoTime() - began) / 1_000_000);
  }

  private static void pass(ConsumerRecord<byte[], byte[]> record, Consumer<PublishedRecord> each) {
    RecordTag.of(record.headers())
        .ifPresent(
            tag -> {
              Header more = record.headers().lastHeader(RecordTag.MORE);
              each.accept(
                  new PublishedRecord(
                      record.partition(),
                      record.offset(),
                      new String(record.key(), StandardCharsets.UTF_8),
                      record.value(),
                      more == null ? null : more.value(),
                      tag));
            });
  }

  private static Map<String, Object> reading() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);
    return settings;
  }

  /**
   * Records behind an open transaction cannot be read. A writer that works ends its transactions
   * quickly; those of a group that crashed, and has not started again, are aborted here.
   */
  private final class Stall {
    private final Admin admin;
    private long since = System.nanoTime();
    private boolean ended;

    Stall(Admin admin) {
      this.admin = admin;
    }

    void check(boolean stalled, Set<TopicPartition> waiting) {
      if (!stalled) {
        since = System.nanoTime();
        return;
      }
      long waited = (System.nanoTime() - since) / 1_000_000;
      if (waited > PATIENCE_MS && !ended) {
        ended = true;
        endTransactionsOfThisSink(waiting);
      }
      if (waited > MOST_WAIT_MS) {
        throw new PublishException(
            "sink "
                + spec.sinkId()
                + ": the records of "
                + spec.place()
                + " cannot be read back: no progress for "
                + waited / 1_000
                + " s in partitions "
                + waiting.stream().map(TopicPartition::partition).sorted().toList()
                + "; a transaction of another producer may be open: see kafka-transactions.sh");
      }
    }

    /** Ends open transactions of other groups of the sink that have records in these partitions. */
    private void endTransactionsOfThisSink(Set<TopicPartition> waiting) {
      try {
        Set<String> open =
            admin
                .listTransactions(
                    new ListTransactionsOptions()
                        .filterStates(Set.of(TransactionState.ONGOING))
                        .filterOnDuration(PATIENCE_MS))
                .all()
                .get()
                .stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith(spec.transactionalIds()))
                .filter(id -> !id.equals(spec.transactionalId(group)))
                .collect(Collectors.toSet());
        Set<String> hanging =
            admin.describeTransactions(open).all().get().entrySet().stream()
                .filter(found -> !Collections.disjoint(found.getValue().topicPartitions(), waiting))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        if (!hanging.isEmpty()) {
          LOG.warn("sink {}: ending the open transactions {}", spec.sinkId(), hanging);
          admin.fenceProducers(hanging).all().get();
        }
      } catch (ExecutionException e) {
        // The broker ends them when they time out.
        LOG.warn("sink {}: open transactions cannot be ended", spec.sinkId(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PublishException("interrupted while records were read back", e);
      }
    }
  }

  @Override
  public void begin(TransactionNumber transaction) {
    prefix = RecordTag.prefix(spec.sinkId(), group, transaction);
    ends.clear();
    call(producer::beginTransaction);
  }

  @Override
  public void send(Output output) {
    if (unsent != null) {
      throw unsent;
    }
    byte[] key = output.key().getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            spec.topic(), GroupLayout.partitionOf(key, partitions), key, output.value());
    record
        .headers()
        .add(
            RecordTag.HEADER,
            RecordTag.toBytes(prefix, output.eventTime(), output.identity(), output.revision()));
    if (output.more() != null) {
      record.headers().add(RecordTag.MORE, output.more());
    }
    try {
      producer.send(record, sent);
    } catch (KafkaException | IllegalStateException e) {
      throw failedNow(e);
    }
  }

  /** Called by the producer's thread only, with the records of a partition in order. */
  private void sent(RecordMetadata metadata, Exception failure) {
    if (failure != null) {
      // Later failures only state that the transaction has failed.
      if (unsent == null) {
        unsent = failed(failure);
      }
    } else if (metadata.hasOffset()) {
      ends.put(metadata.partition(), metadata.offset() + 1);
    }
  }

  /** Returns once the broker has all records of the open transaction. */
  void flush() {
    call(producer::flush);
  }

  @Override
  public Map<Integer, Long> commit() {
    call(producer::commitTransaction);
    return Map.copyOf(ends);
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
  }

  private void call(Runnable action) {
    try {
      action.run();
    } catch (KafkaException | IllegalStateException e) {
      throw failedNow(e);
    }
  }

  private RuntimeException failedNow(RuntimeException e) {
    return unsent == null ? failed(e) : unsent;
  }

  private RuntimeException failed(Exception e) {
    if (e instanceof PublishException known) {
      return known;
    }
    String sink = "sink " + spec.sinkId() + ", writer group " + group + ": ";
    if (e instanceof ProducerFencedException || e instanceof InvalidProducerEpochException) {
      return new PublishException(
          sink
              + "another writer has taken over "
              + spec.place()
              + ", or the broker has ended a transaction that took too long. This writer stops, and"
              + " the job restarts from its last checkpoint. If this repeats, two jobs run under one"
              + " sink id: stop one of them, or give it its own --sinkId",
          e);
    }
    if (e instanceof RecordTooLargeException) {
      return (RuntimeException) e;
    }
    return new PublishException(
        sink
            + "cannot publish to "
            + spec.place()
            + ": "
            + e.getMessage()
            + "; the job restarts from its last checkpoint",
        e);
  }
}
