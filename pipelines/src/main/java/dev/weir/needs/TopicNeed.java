package dev.weir.needs;

import dev.weir.ports.Port;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic of a broker that answers. An output topic may be missing if the broker creates topics by
 * itself: requesting its metadata, as a producer does, creates it.
 */
record TopicNeed(String option, Port.Topic topic, boolean output) implements Need {
  /** How long the broker may take for one answer. */
  private static final Duration ANSWER = Duration.ofSeconds(7);

  @Override
  public String address() {
    return "kafka://" + topic.brokers() + "/" + topic.name();
  }

  @Override
  public List<String> problems() {
    Optional<String> unreachable = unreachable();
    if (unreachable.isPresent()) {
      return problem(
          "no Kafka broker answers at "
              + topic.brokers()
              + " ("
              + unreachable.get()
              + "); check the address");
    }
    try {
      if (exists()) {
        return List.of();
      }
      if (!output) {
        return problem(
            "there is no topic "
                + topic.name()
                + " at "
                + topic.brokers()
                + "; create it, or check its name");
      }
      requestCreation();
      return List.of();
    } catch (AuthenticationException e) {
      return problem("the broker at " + topic.brokers() + " rejects the login: " + e.getMessage());
    } catch (AuthorizationException e) {
      return problem("no access to topic " + place() + ": " + e.getMessage());
    } catch (TimeoutException e) {
      return problem(
          topic.brokers()
              + " accepts connections, but no Kafka broker answers there; check the port and the"
              + " listeners that the broker advertises");
    } catch (InterruptException e) {
      return List.of();
    } catch (KafkaException e) {
      return problem("topic " + place() + " cannot be used: " + e.getMessage());
    }
  }

  private String place() {
    return topic.name() + " at " + topic.brokers();
  }

  /** Returns why none of the brokers can be connected to. */
  private Optional<String> unreachable() {
    String[] brokers = topic.brokers().split(",");
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

  private boolean exists() {
    Admin admin = Admin.create(client());
    try {
      admin.describeTopics(List.of(topic.name())).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
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
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.partitionsFor(topic.name());
    } catch (TimeoutException e) {
      throw new KafkaException(
          "it does not exist, and the broker does not create it; create it first", e);
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  private Map<String, Object> client() {
    int answer = Math.toIntExact(ANSWER.toMillis());
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, topic.brokers());
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "weir-before-start-" + option);
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, answer);
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, answer);
    settings.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, (long) answer);
    return settings;
  }
}
