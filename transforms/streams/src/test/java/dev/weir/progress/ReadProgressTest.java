package dev.weir.progress;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadProgressTest {
  private static final long RUN = 1_234_567;

  private final ReadProgress progress = ReadProgress.open(RUN);
  private final ReadMeter meter = ReadMeter.of(RUN, "applications");

  @AfterEach
  void close() {
    progress.close();
  }

  @Test
  void nothingIsReadAtTheBeginning() {
    assertThat(progress.totals(), is(new ReadTotals(0, 0, 0, 0, 0, false, false)));

    meter.expect(List.of(FilePart.whole("a", 1_000), FilePart.whole("b", 24)));

    assertThat(progress.totals(), is(new ReadTotals(2, 0, 1_024, 0, 0, true, false)));
  }

  @Test
  void bytesCountOnceTheyAreProcessed() {
    meter.expect(List.of(FilePart.whole("a", 1_000)));
    PartMeter attempt = meter.begin("a");
    read(attempt, 3, 400);

    assertThat(progress.totals(), is(new ReadTotals(1, 0, 1_000, 400, 3, true, true)));

    read(attempt, 2, 1_000);
    attempt.complete();

    assertThat(progress.totals(), is(new ReadTotals(1, 1, 1_000, 1_000, 5, true, true)));
  }

  @Test
  void whatIsReadAgainCountsOnce() {
    meter.expect(List.of(FilePart.whole("a", 1_000)));
    read(meter.begin("a"), 5, 700);

    PartMeter again = meter.begin("a");
    read(again, 3, 400);

    assertThat(progress.totals(), is(new ReadTotals(1, 0, 1_000, 700, 5, true, true)));

    read(again, 6, 1_000);
    again.complete();
    PartMeter onceMore = meter.begin("a");
    read(onceMore, 9, 1_000);
    onceMore.complete();

    assertThat(progress.totals(), is(new ReadTotals(1, 1, 1_000, 1_000, 9, true, true)));
  }

  @Test
  void aFileWhoseRestIsDamagedCountsWhole() {
    meter.expect(List.of(FilePart.whole("a", 1_000)));
    PartMeter attempt = meter.begin("a");
    read(attempt, 1, 100);
    attempt.complete();

    assertThat(progress.totals(), is(new ReadTotals(1, 1, 1_000, 1_000, 1, true, true)));
  }

  @Test
  void aFileThatHasGrownIsNeverReadTwice() {
    meter.expect(List.of(FilePart.whole("a", 1_000)));
    PartMeter attempt = meter.begin("a");
    read(attempt, 1, 1_500);
    attempt.complete();

    assertThat(progress.totals(), is(new ReadTotals(1, 1, 1_500, 1_500, 1, true, true)));
  }

  @Test
  void aFileIsReadOnceAllItsPartsAre() {
    meter.expect(List.of(new FilePart("a", 0, 600), new FilePart("a", 600, 400)));
    PartMeter second = meter.begin("a", 600);
    read(second, 4, 400);
    second.complete();

    assertThat(progress.totals(), is(new ReadTotals(1, 0, 1_000, 400, 4, true, true)));

    meter.begin("a", 0).complete();

    assertThat(progress.totals(), is(new ReadTotals(1, 1, 1_000, 1_000, 4, true, true)));
  }

  @Test
  void twoInputsMayReadTheSameFile() {
    ReadMeter other = ReadMeter.of(RUN, "others");
    meter.expect(List.of(FilePart.whole("a", 100)));
    other.expect(List.of(FilePart.whole("a", 100)));
    meter.begin("a").complete();

    assertThat(progress.totals(), is(new ReadTotals(2, 1, 200, 100, 0, true, true)));
  }

  @Test
  void theSizeIsUnknownUntilEveryInputIsListed() {
    meter.expect(List.of(FilePart.whole("a", 100)));
    ReadMeter other = ReadMeter.of(RUN, "others");
    read(other.begin("b"), 1, 10);

    assertThat(progress.totals(), is(new ReadTotals(2, 0, 110, 10, 1, false, true)));

    other.expect(List.of(FilePart.whole("b", 50)));

    assertThat(progress.totals(), is(new ReadTotals(2, 0, 150, 10, 1, true, true)));
  }

  @Test
  void recordsOfALongBlockAreReportedBeforeItsEnd() {
    PartMeter attempt = meter.begin("a");
    for (int n = 0; n < 2_999; n++) {
      attempt.record();
    }

    assertThat(progress.totals().records(), is(2_000L));
  }

  @Test
  void aMeterReachesItsRunWhereverItWasSerialized() {
    SerializableUtils.ensureSerializable(meter).begin("a").complete();

    assertThat(progress.totals().filesRead(), is(1L));
  }

  @Test
  void otherMetersReportToNobody() {
    for (ReadMeter other : List.of(ReadMeter.unwatched(), ReadMeter.of(RUN + 1, "applications"))) {
      other.expect(List.of(FilePart.whole("a", 100)));
      read(other.begin("a"), 1, 100);

      assertThat(other.isWatched(), is(false));
    }
    QuestionMeter.of(RUN + 1).done();
    assertThat(meter.isWatched(), is(true));
    assertThat(progress.questions(), is(0L));
    assertThat(progress.totals(), is(new ReadTotals(0, 0, 0, 0, 0, false, false)));

    progress.close();

    assertThat(meter.isWatched(), is(false));
  }

  @Test
  void aRunIsOpenedOnce() {
    assertThrows(IllegalStateException.class, () -> ReadProgress.open(RUN));
  }

  private static void read(PartMeter attempt, int records, long offset) {
    for (int n = 0; n < records; n++) {
      attempt.record();
    }
    attempt.reached(offset);
  }
}
