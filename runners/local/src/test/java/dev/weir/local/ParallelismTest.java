package dev.weir.local;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import dev.weir.progress.FilePart;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many parallel instances a job gets on its own cluster. */
class ParallelismTest {
  @ParameterizedTest
  @CsvSource({
    "0, 4, 1",
    "1500000, 4, 1",
    "15999999, 4, 1",
    "16000000, 4, 2",
    "31999999, 4, 3",
    "32000000, 4, 4",
    "9223372036854775807, 4, 4",
    "9223372036854775807, 1, 1"
  })
  void aBoundedJobGetsThemByTheSizeOfItsInput(long bytes, int most, int instances) {
    assertThat(LocalCluster.parallelism(OptionalLong.of(bytes), most), is(instances));
  }

  @Test
  void theSizeOfACompressedFileIsNotKnown() {
    List<FilePart> files = List.of(FilePart.whole("a/1.jsonl", 5), FilePart.whole("a/2.jsonl", 7));
    assertThat(new InputSize(Map.of("applications", files), true).bytes(), is(OptionalLong.of(12)));

    List<FilePart> more = List.of(FilePart.whole("b/1.jsonl.gz", 5));
    assertThat(
        new InputSize(Map.of("users", files, "wallet", more), true).bytes(),
        is(OptionalLong.empty()));
  }

  @Test
  void allOthersGetTheMost() {
    assertThat(LocalCluster.parallelism(OptionalLong.empty(), 3), is(3));
  }
}
