package dev.weir.ports;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.util.List;
import org.apache.kafka.clients.ClientUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "broker:9092",
        "one.example.com:9092,two.example.com:9093",
        "10.0.0.1:9092",
        "[2001:db8::1]:9092",
        "[::1]:9092,[::ffff:10.0.0.1]:9092,broker:9092"
      })
  void brokersAreNamesAndAddresses(String brokers) {
    assertThat(
        Port.parse("applications", "kafka://" + brokers + "/loans"),
        is(new Port.Topic(brokers, "loans", false)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "::1:9092",
        "[::1]",
        "[::1:9092",
        "[example.com]:9092",
        "broker:9092,",
        "broker:99999",
        "broker:0",
        "me:secret@broker:9092"
      })
  void otherBrokersAreAnError(String brokers) {
    assertThrows(
        PortException.class, () -> Port.parse("applications", "kafka://" + brokers + "/loans"));
  }

  @Test
  void kafkaReadsAnIpv6AddressAsItIsWritten() {
    List<InetSocketAddress> parsed =
        ClientUtils.parseAndValidateAddresses(List.of("[::1]:9092"), "use_all_dns_ips");

    assertThat(parsed, is(List.of(new InetSocketAddress("::1", 9092))));
  }
}
