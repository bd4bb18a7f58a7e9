package dev.weir.needs;

import com.google.common.base.Throwables;
import dev.weir.kafka.KafkaCluster;
import dev.weir.ports.ExactlyOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A topic of a broker that answers, which this job may read or write. An output topic may be
 * missing if the broker creates topics by itself: requesting its metadata, as a producer does,
 * creates it.
 */
record TopicNeed(
    String option,
    KafkaCluster cluster,
    String topic,
    boolean output,
    Optional<ExactlyOnce> exactlyOnce)
    implements Need {
  /** How long the broker may take for one answer. */
  private static final Duration ANSWER = Duration.ofSeconds(7);

  @Override
  public String address() {
    return "kafka://" + cluster.bootstrapServers() + "/" + topic;
  }

  @Override
  public List<String> problems() {
    Optional<String> unreachable = unreachable();
    if (unreachable.isPresent()) {
      return problem(
          "no Kafka broker answers at "
              + cluster.bootstrapServers()
              + " ("
              + unreachable.get()
              + "); check the address");
    }
    try {
      Optional<Set<AclOperation>> allowed = allowed();
      if (allowed.isPresent()) {
        List<AclOperation> missing =
            needed().stream().filter(operation -> !allowed.get().contains(operation)).toList();
        if (!missing.isEmpty()) {
          return problem(
              "the broker does not allow this user to "
                  + missing.get(0)
                  + " topic "
                  + place()
                  + "; grant it");
        }
        exactlyOnce.ifPresent(this::beginTransactions);
        return List.of();
      }
      if (!output) {
        return problem("there is no topic " + place() + "; create it, or check its name");
      }
      requestCreation();
      return List.of();
    } catch (AuthenticationException e) {
      return problem(
          "the broker at "
              + cluster.bootstrapServers()
              + " rejects the connection: "
              + explained(e)
              + "; check --kafkaProperties");
    } catch (AuthorizationException e) {
      return problem("no access to topic " + place() + ": " + e.getMessage() + "; grant it");
    } catch (TimeoutException e) {
      return problem(
          cluster.bootstrapServers()
              + " accepts connections, but no Kafka broker answers there; check the port, the"
              + " listeners that the broker advertises, and security.protocol in"
              + " --kafkaProperties");
    } catch (InterruptException e) {
      return List.of();
    } catch (KafkaException | IllegalStateException e) {
      return problem("topic " + place() + " cannot be used: " + e.getMessage());
    }
  }

  private String place() {
    return topic + " at " + cluster.bootstrapServers();
  }

  /** Returns why none of the brokers can be connected to. */
  private Optional<String> unreachable() {
    String[] brokers = cluster.bootstrapServers().split(",");
    List<String> reasons = new ArrayList<>();
    for (String broker : brokers) {
      int colon = broker.lastIndexOf(':');
      Optional<String> failure =
          Reach.failure(
              broker.substring(0, colon),
              Integer.parseInt(broker.substring(colon + 1)),
              Reach.PATIENCE.dividedBy(brokers.length));
      if (failure.isEmpty()) {
        return failure;
      }
      if (!reasons.contains(failure.get())) {
        reasons.add(failure.get());
      }
    }
    return Optional.of(String.join(", ", reasons));
  }

  /** To publish exactly once, a job reads back what it has published. */
  private List<AclOperation> needed() {
    if (!output) {
      return List.of(AclOperation.READ);
    }
    return exactlyOnce.isPresent()
        ? List.of(AclOperation.WRITE, AclOperation.READ)
        : List.of(AclOperation.WRITE);
  }

  /** As the writers of the job will, with an id of its own. */
  private void beginTransactions(ExactlyOnce settings) {
    String id = settings.sinkId() + "/" + topic + "/before-start";
    Map<String, Object> producing = client();
    producing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER.toMillis());
    producing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    producing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producing.put(ProducerConfig.ACKS_CONFIG, "all");
    Producer<byte[], byte[]> producer = cluster.producer(producing);
    try {
      producer.initTransactions();
    } catch (TransactionalIdAuthorizationException e) {
      throw new KafkaException(
          "the broker does not allow this user to write with the transactional id "
              + id
              + "; grant WRITE and DESCRIBE on the ids that begin with "
              + settings.sinkId()
              + "/, or start with --delivery=at-least-once",
          e);
    } catch (TimeoutException e) {
      throw new KafkaException(
          "the broker does not begin transactions (transactional id "
              + id
              + "): check its transaction.state.log.replication.factor and .min.isr, or start with"
              + " --delivery=at-least-once",
          e);
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  /** Returns what this user may do with the topic; empty if it does not exist. */
  private Optional<Set<AclOperation>> allowed() {
    Admin admin = cluster.admin(client());
    try {
      DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
      Set<AclOperation> operations =
          admin
              .describeTopics(List.of(topic), options)
              .allTopicNames()
              .get()
              .get(topic)
              .authorizedOperations();
      // Not every broker reports them.
      return Optional.of(operations == null ? Set.copyOf(needed()) : operations);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } finally {
      // Without waiting for pending requests.
      admin.close(Duration.ZERO);
    }
  }

  private void requestCreation() {
    Map<String, Object> settings = client();
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER.toMillis());
    Producer<byte[], byte[]> producer = cluster.producer(settings);
    try {
      producer.partitionsFor(topic);
    } catch (TimeoutException e) {
      throw new KafkaException(
          "it does not exist, and the broker does not create it; create it first", e);
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  /** Kafka only reports that the TLS handshake failed; the reason is in a cause. */
  private static String explained(AuthenticationException failure) {
    Throwable root = Throwables.getRootCause(failure);
    return root == failure ? failure.getMessage() : failure.getMessage() + ": " + root.getMessage();
  }

  private Map<String, Object> client() {
    int answer = Math.toIntExact(ANSWER.toMillis());
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "weir-before-start-" + option);
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, answer);
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, answer);
    settings.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, (long) answer);
    return settings;
  }
}
