package dev.weir.deadletter;

import static dev.weir.testing.Pipelines.failureOf;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;

import dev.weir.record.Origin;
import dev.weir.record.RawRecord;
import dev.weir.record.RawRecord.Encoding;
import dev.weir.testing.Pipelines;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class ParseRecordsTest {
  @Test
  void aBugInAParserFailsThePipelineAndIsNotADeadLetter() {
    Pipeline pipeline = Pipelines.onDirectRunner();
    pipeline
        .apply(
            Create.of(new RawRecord(new byte[0], Encoding.JSON, Origin.ofFile("f", 1)))
                .withCoder(RawRecord.CODER))
        .apply("Parse", buggy());

    Throwable failure = failureOf(pipeline);

    assertThat(failure, is(instanceOf(IllegalStateException.class)));
    assertThat(failure.getMessage(), is("a bug"));
  }

  @Test
  void theTransformIsSerializable() {
    SerializableUtils.ensureSerializable(buggy());
  }

  private static ParseRecords<String> buggy() {
    return ParseRecords.at("parse")
        .with(
            () ->
                record -> {
                  throw new IllegalStateException("a bug");
                },
            StringUtf8Coder.of());
  }
}
