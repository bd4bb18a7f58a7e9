package dev.weir.benchmarks.loans;

import dev.weir.benchmarks.compare.Settings;
import dev.weir.bureau.BureauCalls;
import dev.weir.bureau.BureauScore;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.Application;
import dev.weir.loan.ApplicationCoder;
import dev.weir.loan.AssessedApplication;
import dev.weir.loan.Ssn;
import dev.weir.local.EmbeddedFlink;
import dev.weir.record.Origin;
import dev.weir.service.Answer;
import dev.weir.service.AskService;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceCall;
import dev.weir.service.ServiceClient;
import dev.weir.sharding.Shards;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.streaming.api.functions.sink.DiscardingSink;

/**
 * Runs the same stage on both sides: applications from a generator, one request to the bureau for
 * each, and a count of the results. One side is Weir's transform on Beam's Flink runner, the other
 * is written directly for Flink's async operator. Both take checkpoints, run with parallelism 1 and
 * use the same client.
 */
final class BureauStage {
  private static final double NO_RATE = 0;

  private final EmbeddedFlink cluster;
  private final URI bureau;
  private final ClientPolicy policy = ClientPolicy.standard();

  BureauStage(EmbeddedFlink cluster, URI bureau) {
    this.cluster = cluster;
    this.bureau = bureau;
  }

  /**
   * @param perSecond applications per second; 0 for as many as the stage takes
   */
  Running weir(int perSecond) {
    FlinkPipelineOptions options = Settings.of(cluster);
    Pipeline pipeline = Pipeline.create(options);
    GenerateSequence numbers = GenerateSequence.from(0);
    pipeline
        .apply(
            "Numbers",
            perSecond == NO_RATE
                ? numbers
                : numbers.withRate(perSecond, org.joda.time.Duration.standardSeconds(1)))
        .apply(
            "Apply",
            MapElements.into(TypeDescriptor.of(Application.class)).via(BureauStage::application))
        .setCoder(ApplicationCoder.of())
        .apply(
            "AskBureau",
            AskService.of(
                new Recorder.Timed(new BureauCalls.Opener(ServiceAddress.of(bureau))),
                policy,
                Application::ssn,
                BureauStage::assessed,
                Shards.of(64, Application::requestId),
                AssessedApplication.CODER))
        .apply("Count", ParDo.of(new Count()));
    PipelineResult result = pipeline.run();
    return result::cancel;
  }

  private static AssessedApplication assessed(Application application, Answer<BureauScore> score) {
    return new AssessedApplication(application, score.map(BureauScore::points));
  }

  /** Starts the same stage as {@link #weir}, on Flink's own operators. */
  Running nativeFlink(int perSecond) throws Exception {
    String[] address = cluster.master().split(":");
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createRemoteEnvironment(
            address[0], Integer.parseInt(address[1]), new Configuration(), cluster.filesToStage());
    flink.setParallelism(Settings.PARALLELISM);
    flink.enableCheckpointing(Settings.CHECKPOINT_MILLIS);
    flink.getConfig().enableObjectReuse();
    flink.setBufferTimeout(Settings.BUFFER_TIMEOUT_MILLIS);
    var source =
        new DataGeneratorSource<>(
            BureauStage::application,
            Long.MAX_VALUE,
            perSecond == NO_RATE
                ? RateLimiterStrategy.noOp()
                : RateLimiterStrategy.perSecond(perSecond),
            TypeInformation.of(Application.class));
    var applications = flink.fromSource(source, WatermarkStrategy.noWatermarks(), "applications");
    AsyncDataStream.unorderedWait(
            applications,
            new Ask(new Recorder.Timed(new BureauCalls.Opener(ServiceAddress.of(bureau))), policy),
            60,
            TimeUnit.SECONDS,
            2 * policy.inFlight() * policy.batch())
        .map(
            assessed -> {
              Recorder.result(assessed.application());
              return assessed;
            })
        .returns(AssessedApplication.class)
        .addSink(new DiscardingSink<>());
    JobClient job = flink.executeAsync("native");
    return () -> job.cancel().get();
  }

  private static Application application(long number) {
    return new Application(
        "r" + number,
        ApplicantType.UNKNOWN,
        BigDecimal.valueOf(100_000, 2),
        Ssn.of("900-" + number),
        Instant.now(),
        Origin.ofTopic("generated", 0, number));
  }

  private static final class Count extends DoFn<AssessedApplication, Void> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element AssessedApplication assessed) {
      Recorder.result(assessed.application());
    }
  }

  private static final class Ask extends RichAsyncFunction<Application, AssessedApplication> {
    private static final long serialVersionUID = 1L;

    private final ServiceCall.Opener<Ssn, BureauScore> opener;
    private final ClientPolicy policy;
    private transient ServiceClient<Ssn, BureauScore> client;

    Ask(ServiceCall.Opener<Ssn, BureauScore> opener, ClientPolicy policy) {
      this.opener = opener;
      this.policy = policy;
    }

    @Override
    public void open(Configuration parameters) {
      client = new ServiceClient<>(policy, opener.open(policy));
    }

    @Override
    public void asyncInvoke(Application application, ResultFuture<AssessedApplication> result)
        throws Exception {
      client
          .ask(application.ssn())
          .whenComplete(
              (Answer<BureauScore> answer, Throwable bug) -> {
                if (bug != null) {
                  result.completeExceptionally(bug);
                } else {
                  result.complete(List.of(BureauStage.assessed(application, answer)));
                }
              });
    }

    @Override
    public void close() {
      if (client != null) {
        client.close();
      }
    }
  }
}
