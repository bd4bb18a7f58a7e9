package dev.weir.iceberg.write;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;

import dev.weir.iceberg.commit.Assumption;
import dev.weir.iceberg.commit.WrittenFiles;
import java.util.List;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.Test;

class WriteRunTest {

  @Test
  void theOlderFilesOfAWriterComeFirstInAnyOrderOfArrival() {
    assertThat(
        WriteRun.inOrder(
            List.of(
                file(7, 1, "a1"),
                file(0, 2, "b2"),
                file(7, 0, "c0"),
                file(0, 0, "b0"),
                file(0, 1, "d1"),
                file(0, 1, "b1"))),
        contains(
            List.of(files("b0"), files("d1"), files("b1"), files("b2")),
            List.of(files("c0"), files("a1"))));
  }

  @Test
  void noFilesMakeNoCommits() {
    assertThat(WriteRun.inOrder(List.of()), empty());
  }

  private static KV<KV<Integer, Integer>, WrittenFiles> file(int commit, int place, String name) {
    return KV.of(KV.of(commit, place), files(name));
  }

  private static WrittenFiles files(String name) {
    return new WrittenFiles(List.of(), 1L, 0L, List.of(name), List.of(), Assumption.NOTHING, 0L);
  }
}
