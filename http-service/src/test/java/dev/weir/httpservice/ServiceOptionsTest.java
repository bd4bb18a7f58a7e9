package dev.weir.httpservice;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ServiceOptionsTest {

  private final EchoCommand echo = new EchoCommand();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(echo).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

  @Command(name = "echo", mixinStandardHelpOptions = true)
  private static final class EchoCommand implements Callable<Integer> {
    private final Map<String, String> environment = new HashMap<>();

    @Mixin
    private final ServiceOptions service =
        new ServiceOptions("8099", "1ms", "3ms", "ECHO_TOKEN", environment::get);

    @Mixin private FaultOptions faults;
    private Behaviour asked;
    private Listening listening;

    @Override
    public Integer call() {
      return service.run(
          given -> {
            listening = given;
            asked = faults.addTo(service.behaviour());
            return EchoService.start(asked, given);
          });
    }
  }

  @Test
  void theServicePrintsItsAddressAndRunsUntilInterrupted() throws Exception {
    FutureTask<Integer> exit =
        new FutureTask<>(() -> command.execute("--host=127.0.0.1", "--port=0"));
    Thread running = new Thread(exit);
    running.start();
    eventually(out::toString, matchesPattern("echo listens on http://127\\.0\\.0\\.1:\\d+\\R"));

    running.interrupt();

    assertThat(exit.get(), is(0));
    assertThat(err.toString(), is(""));
    assertThat(echo.asked, is(Behaviour.taking(Duration.ofMillis(1), Duration.ofMillis(3))));
  }

  @Test
  void aServiceListensOnLoopbackUnlessItIsToldOtherwise() throws Exception {
    echo.environment.put("ECHO_TOKEN", "s3cret");

    runUntilItListens("--port=0", "--idleTimeout=5s", "--maxConnections=7");

    assertThat(echo.listening.host(), is("127.0.0.1"));
    assertThat(echo.listening.limits(), is(new Limits(Duration.ofSeconds(5), 7)));
    assertThat(echo.listening.access().isOpen(), is(false));
    assertThat(err.toString(), is(""));
  }

  @Test
  void aTokenThatCrossesANetworkUnencryptedIsOneWarning() throws Exception {
    echo.environment.put("ECHO_TOKEN", "s3cret");

    runUntilItListens("--port=0", "--host=0.0.0.0");

    assertThat(
        err.toString().lines().toList(),
        is(
            List.of(
                "warning: clients send ECHO_TOKEN unencrypted to 0.0.0.0; use --tlsCertificate and"
                    + " --tlsKey, or --host=127.0.0.1")));
  }

  @Test
  void withoutATokenThereIsNoWarning() throws Exception {
    runUntilItListens("--port=0", "--host=0.0.0.0");

    assertThat(echo.listening.access().isOpen(), is(true));
    assertThat(err.toString(), is(""));
  }

  private void runUntilItListens(String... options) throws Exception {
    FutureTask<Integer> exit = new FutureTask<>(() -> command.execute(options));
    Thread running = new Thread(exit);
    running.start();
    eventually(out::toString, matchesPattern("echo listens on .*\\R"));
    running.interrupt();
    assertThat(exit.get(), is(0));
  }

  @Test
  void aPortInUseIsOneLineAndExitCode1() {
    try (EchoService other = EchoService.start(0)) {
      int exit =
          command.execute(
              "--host=127.0.0.1",
              "--port=" + other.port(),
              "--minLatency=0s",
              "--maxLatency=PT0.01S",
              "--errorRate=0.4",
              "--hangRate=0.5",
              "--rateLimit=1000",
              "--outage=1s,1d",
              "--seed=3");

      assertThat(exit, is(1));
      assertThat(err.toString(), startsWith("Cannot listen on 127.0.0.1:" + other.port()));
    }
    assertThat(err.toString().lines().count(), is(1L));
    assertThat(
        echo.asked,
        is(
            Behaviour.taking(Duration.ZERO, Duration.ofMillis(10))
                .withErrorRate(0.4)
                .withHangRate(0.5)
                .withRateLimit(1000)
                .withOutage(Duration.ofSeconds(1), Duration.ofDays(1))
                .withSeed(3)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--minLatency=soon|Invalid value for option '--minLatency'",
        "--minLatency=2s|minLatency must not exceed maxLatency",
        "--errorRate=2|errorRate must be between 0 and 1",
        "--hangRate=many|Invalid value for option '--hangRate'",
        "--rateLimit=0|rateLimit must be between 1 and",
        "--outage=10s|outage must be two durations",
        "--outage=2s,1s|outage must end after it begins",
        "--port=70000|port must be between 0 and 65535",
        "--idleTimeout=0s|idleTimeout must be between 1ms and 1d, not 0ms",
        "--maxConnections=0|maxConnections must be between 1 and 1000000, not 0",
        "--tlsKey=key.pem|--tlsCertificate is missing; TLS needs both --tlsCertificate and --tlsKey",
        "--tlsCertificate=own.pem|--tlsKey is missing; TLS needs both",
        "--speed=1|Unknown option"
      })
  void anInvalidOptionIsOneLineAndExitCode2(String option, String line) {
    assertThat(command.execute(option), is(2));
    assertThat(err.toString(), startsWith(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--host=<host> .*; default 127\\.0\\.0\\.1, which only this machine can reach; 0\\.0\\.0\\.0 is every"
            + " interface\\.",
        "--tlsCertificate=<file> .* Default: plain HTTP\\.",
        "--tlsKey=<file> .* PKCS 8, not encrypted\\.",
        "--idleTimeout=<idleTimeout> .*; default 1m\\.",
        "--maxConnections=<maxConnections> .*; default 10000\\.",
        "--port=<port> .*; default 8099\\.",
        "--minLatency=<minLatency> .*; default 1ms\\.",
        "--maxLatency=<maxLatency> .*; default 3ms\\.",
        "--errorRate=<errorRate> .*; default 0\\.",
        "--hangRate=<hangRate> .*; default 0\\.",
        "--rateLimit=<rateLimit> .*Default: no limit\\.",
        "--outage=<from>,<to> .*Default: none\\.",
        "--seed=<seed> .*; default 0\\."
      })
  void helpListsEveryOptionWithItsDefault(String option) {
    assertThat(command.execute("--help"), is(0));

    assertThat(out.toString().replaceAll("\\s+", " "), matchesPattern(".*" + option + ".*"));
    assertThat(out.toString(), containsString("Usage: echo "));
  }
}
