package dev.weir.it.cards;

import static dev.weir.testing.Eventually.eventually;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;

import dev.weir.it.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(900)
class CardStackIT {
  @TempDir private Path folder;

  @Test
  void nothingOutlivesAKilledProcess() throws IOException {
    List<ProcessHandle> started;
    ProcessHandle server;
    try (Program program =
        Program.start(
            "card-stack", CardStackRun.class, Map.of(), List.of(folder.resolve("s").toString()))) {
      eventually(program::printed, hasItem(CardStackRun.READY));
      started = program.descendants();
      Path pid = folder.resolve("s/postgres/data/postmaster.pid");
      server = ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0))).orElseThrow();
      assertThat("Connect and the database's guard", started.size(), is(greaterThanOrEqualTo(2)));
      assertThat(server.isAlive(), is(true));
    }
    eventually(
        "still running",
        () ->
            Stream.concat(started.stream(), Stream.of(server))
                .filter(ProcessHandle::isAlive)
                .count(),
        is(0L));
  }
}
