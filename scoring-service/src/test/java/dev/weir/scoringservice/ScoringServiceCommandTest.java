package dev.weir.scoringservice;

import static dev.weir.scoringservice.Scorers.transaction;
import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ScoringServiceCommandTest {

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine command =
      new CommandLine(new ScoringServiceCommand(environment::get))
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Test
  void itReadsTheTokenFromItsEnvironmentAndRunsUntilInterrupted() throws Exception {
    environment.put("SCORING_TOKEN", Client.TOKEN + "\n");

    itAnswers(401, 200, "--host=127.0.0.1", "--port=0", "--minLatency=0s", "--seed=3");
  }

  @Test
  void insecureStartsWithoutATokenAndAnswersEverybody() throws Exception {
    itAnswers(200, 200, "--host=127.0.0.1", "--port=0", "--insecure");
  }

  @Test
  void insecureDoesNotSwitchOffATokenThatIsSet() throws Exception {
    environment.put("SCORING_TOKEN", Client.TOKEN);

    itAnswers(401, 200, "--host=127.0.0.1", "--port=0", "--insecure");
  }

  @Test
  void theErrorRateIsTakenFromItsOption() throws Exception {
    itAnswers(
        503,
        503,
        "--host=127.0.0.1",
        "--port=0",
        "--insecure",
        "--maxLatency=5ms",
        "--errorRate=1");
  }

  private void itAnswers(int without, int withToken, String... options) throws Exception {
    FutureTask<Integer> exit = new FutureTask<>(() -> command.execute(options));
    Thread running = new Thread(exit);
    running.start();
    eventually(
        out::toString, matchesPattern("scoring-service listens on http://127\\.0\\.0\\.1:\\d+\\R"));
    Client client = new Client(URI.create(out.toString().strip().replaceAll(".* ", "")));
    String question = transaction("t1", "1", "Paris").toString();
    assertThat(client.send("POST", "/predict", null, question).statusCode(), is(without));
    assertThat(client.post("/predict", question).statusCode(), is(withToken));

    running.interrupt();

    assertThat(exit.get(), is(0));
    assertThat(err.toString(), is(""));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \n"})
  void itDoesNotStartWithoutAToken(String token) {
    environment.put("SCORING_TOKEN", token);

    assertThat(command.execute("--port=0"), is(2));
    assertThat(
        err.toString().lines().findFirst().get(),
        is(
            "SCORING_TOKEN is not set in the environment; set it, or accept every client with"
                + " --insecure"));
  }

  @Test
  void aTokenThatDoesNotFitInAHeaderIsRejectedWithoutShowingIt() {
    environment.put("SCORING_TOKEN", "two s3crets");

    assertThat(command.execute("--port=0"), is(2));
    assertThat(
        err.toString(),
        startsWith("SCORING_TOKEN is invalid: the token must consist of visible ASCII"));
    assertThat(err.toString(), not(containsString("s3cret")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--minLatency=2s|minLatency must not exceed maxLatency",
        "--errorRate=2|errorRate must be between 0 and 1",
        "--port=70000|port must be between 0 and 65535",
        "--speed=1|Unknown option"
      })
  void anInvalidOptionIsOneLineAndExitCode2(String option, String line) {
    assertThat(command.execute("--insecure", option), is(2));
    assertThat(err.toString(), startsWith(line));
  }

  @Test
  void helpListsEveryOption() {
    assertThat(command.execute("--help"), is(0));

    for (String option :
        new String[] {
          "--host", "--port", "--minLatency", "--maxLatency", "--errorRate", "--insecure", "--seed"
        }) {
      assertThat(out.toString(), containsString(option));
    }
  }
}
