package dev.weir.benchmarks.publish;

import dev.weir.benchmarks.compare.BlockSource;
import dev.weir.benchmarks.compare.Side;
import dev.weir.encoding.SingleObjectCoder;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.once.PublishOnce;
import dev.weir.kafka.once.PublishedForm;
import dev.weir.kafka.once.StreamForm;
import dev.weir.kafka.once.ValueFormat;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.LoanDecision;
import dev.weir.loan.Status;
import dev.weir.local.EmbeddedFlink;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/**
 * Measures how long a job reads back what an earlier one has published since the last checkpoint,
 * and prints one line of JSON.
 *
 * <p>The job is prepared first, which fixes where the topic ends. Then a process of its own
 * publishes the records under the same sink id and ends, and the job starts: its state is older
 * than these records, and it recovers them.
 */
public final class MeasureRecovery {
  private MeasureRecovery() {}

  /** Arguments: {@code --brokers=ADDRESS --topic=T --form=pairs|decisions --records=N}. */
  public static void main(String[] args) throws Exception {
    Map<String, String> arguments = Side.arguments(args);
    boolean writes = arguments.containsKey("writes");
    Path folder = Files.createTempDirectory("weir-recovery-");
    System.setProperty("weir.log", folder.resolve("recovery.log").toString());
    try (EmbeddedFlink flink = EmbeddedFlink.start(folder, 1, 0)) {
      FlinkPipelineOptions options = MeasureWeirPublish.options(flink);
      options.setAttachedMode(false);
      Pipeline pipeline = Pipeline.create(options);
      long records = Long.parseLong(arguments.get("records"));
      if (arguments.get("form").equals("decisions")) {
        assemble(
            pipeline,
            arguments,
            new Decisions(),
            SingleObjectCoder.of(LoanDecision.class),
            StreamForm.of(LoanDecision::getRequestId, ValueFormat.json(LoanDecision.class)));
      } else {
        assemble(
            pipeline,
            arguments,
            new MeasureWeirPublish.Records(MadeRecord.RECORDS_IN_A_BLOCK, 100),
            KvCoder.of(StringUtf8Coder.of(), ByteArrayCoder.of()),
            new MeasureWeirPublish.Pairs());
      }
      if (!writes) {
        List<String> again = new ArrayList<>(List.of(args));
        again.add("--writes=yes");
        Side.run("benchmarks", MeasureRecovery.class.getName(), again);
      }
      pipeline.run();
      RecoveryTally.await(records);
      if (!writes) {
        // Time for records that are published although they were read back.
        TimeUnit.SECONDS.sleep(3);
      }
      System.out.println(writes ? "{}" : RecoveryTally.report());
      System.out.flush();
      System.exit(0);
    }
  }

  private static <T> void assemble(
      Pipeline pipeline,
      Map<String, String> arguments,
      DoFn<Long, T> made,
      Coder<T> coder,
      PublishedForm<T> form) {
    PublishOnce<T> publish =
        PublishOnce.to(
            KafkaCluster.at(arguments.get("brokers")),
            arguments.get("topic"),
            "bench",
            new RecoveryTally.Form<>(form));
    pipeline
        .apply(
            "Blocks",
            Read.from(
                new BlockSource(
                    Long.parseLong(arguments.get("records")) / MadeRecord.RECORDS_IN_A_BLOCK)))
        .apply("Records", ParDo.of(made))
        .setCoder(coder)
        .apply("Publish", publish)
        .apply("Count", ParDo.of(new RecoveryTally.Count<>()));
  }

  private static final class Decisions extends DoFn<Long, LoanDecision> {
    private static final long serialVersionUID = 1;

    @ProcessElement
    public void process(@Element Long block, OutputReceiver<LoanDecision> out) {
      long from = block * MadeRecord.RECORDS_IN_A_BLOCK;
      for (long n = from; n < from + MadeRecord.RECORDS_IN_A_BLOCK; n++) {
        int score = 300 + (int) (n * 7919 % 551);
        out.output(
            new LoanDecision(
                MadeRecord.key(n),
                score > 600 ? Status.APPROVED : Status.DENIED,
                "Based on External Bureau Score: " + score,
                ApplicantType.UNKNOWN,
                BigDecimal.valueOf(100_000 + n, 2),
                score,
                Instant.ofEpochMilli(1_767_600_000_000L + n)));
      }
    }
  }
}
