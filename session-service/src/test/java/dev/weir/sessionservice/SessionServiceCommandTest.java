package dev.weir.sessionservice;

import static dev.weir.sessionservice.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SessionServiceCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(new SessionServiceCommand())
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Test
  void itSaysItsAddressAndRunsUntilInterrupted() throws Exception {
    FutureTask<Integer> exit =
        new FutureTask<>(
            () ->
                command.execute(
                    "--host=127.0.0.1",
                    "--port=0",
                    "--minLatency=0s",
                    "--maxLatency=PT0.01S",
                    "--errorRate=0.5",
                    "--hangRate=0.5",
                    "--rateLimit=1000",
                    "--outage=0s,1d",
                    "--seed=3"));
    Thread running = new Thread(exit);
    running.start();
    eventually(
        out::toString, matchesPattern("session-service listens on http://127\\.0\\.0\\.1:\\d+\\R"));
    Client client = Client.of(URI.create(out.toString().strip().replaceAll(".* ", "")));
    assertThat(client.get("/health").statusCode(), is(200));
    assertThat(client.get("/sessions/a").statusCode(), is(503));

    running.interrupt();

    assertThat(exit.get(), is(0));
    assertThat(err.toString(), is(""));
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
        "--speed=1|Unknown option"
      })
  void anOptionThatMakesNoSenseIsOneClearLineAndExitCode2(String option, String line) {
    assertThat(command.execute(option), is(2));
    assertThat(err.toString(), startsWith(line));
  }

  @Test
  void aPortInUseIsOneClearLineAndExitCode1() {
    try (SessionService other = SessionService.start(Sessions.prompt(), 0)) {
      assertThat(command.execute("--host=127.0.0.1", "--port=" + other.port()), is(1));
    }
    assertThat(err.toString(), startsWith("Cannot listen on 127.0.0.1:"));
    assertThat(err.toString().lines().count(), is(1L));
  }

  @Test
  void helpNamesEveryOption() {
    assertThat(command.execute("--help"), is(0));

    for (String option :
        new String[] {
          "--host",
          "--port",
          "--minLatency",
          "--maxLatency",
          "--errorRate",
          "--hangRate",
          "--rateLimit",
          "--outage",
          "--seed"
        }) {
      assertThat(out.toString(), containsString(option + "=<"));
    }
  }
}
