package dev.weir.sessionservice;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class SessionServiceCommandTest {

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(new SessionServiceCommand(environment::get))
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Test
  void itRunsASessionServiceWithItsFaultsUntilInterrupted() throws Exception {
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

  @Test
  void aTokenInItsEnvironmentIsRequiredOfClients() throws Exception {
    environment.put("SESSION_TOKEN", "s3cret");
    FutureTask<Integer> exit =
        new FutureTask<>(() -> command.execute("--port=0", "--maxLatency=20ms", "--minLatency=0s"));
    Thread running = new Thread(exit);
    running.start();
    eventually(out::toString, containsString(" listens on http://127.0.0.1:"));
    Client client = Client.of(URI.create(out.toString().strip().replaceAll(".* ", "")));

    assertThat(client.get("/sessions/a").statusCode(), is(401));

    running.interrupt();
    assertThat(exit.get(), is(0));
  }

  @Test
  void helpListsItsDefaults() {
    assertThat(command.execute("--help"), is(0));

    String help = out.toString().replaceAll("\\s+", " ");
    for (String shown : new String[] {"8092.", "20ms.", "200ms."}) {
      assertThat(help, containsString("default " + shown));
    }
  }
}
