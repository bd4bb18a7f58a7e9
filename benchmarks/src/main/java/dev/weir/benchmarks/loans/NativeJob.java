package dev.weir.benchmarks.loans;

import dev.weir.benchmarks.compare.Settings;
import dev.weir.bureau.BureauCalls;
import dev.weir.bureau.BureauScore;
import dev.weir.deadletter.DeadLetters;
import dev.weir.encoding.PlainJson;
import dev.weir.loan.ApplicantType;
import dev.weir.loan.Application;
import dev.weir.loan.LoanApplication;
import dev.weir.loan.LoanPolicy;
import dev.weir.loan.Ssn;
import dev.weir.local.EmbeddedFlink;
import dev.weir.record.Origin;
import dev.weir.record.UnreadableRecord;
import dev.weir.record.UnreadableRecord.Reason;
import dev.weir.service.Answer;
import dev.weir.service.ClientPolicy;
import dev.weir.service.ServiceAddress;
import dev.weir.service.ServiceClient;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Loan decisions written directly for Flink's DataStream API, as by an engineer who needs neither
 * replay nor another runner: the same rules, the same client of the bureau, state with a
 * time-to-live, Flink's own Kafka connectors.
 */
final class NativeJob {
  private static final OutputTag<byte[]> REFUSED =
      new OutputTag<>("refused", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private NativeJob() {}

  /** An application in the form that Flink serializes fastest. */
  public static final class Row {
    public String requestId;
    public boolean known;
    public long cents;
    public String ssn;
    public long ts;
    public int partition;
    public long offset;

    Application application() {
      return new Application(
          requestId,
          known ? ApplicantType.KNOWN : ApplicantType.UNKNOWN,
          BigDecimal.valueOf(cents, 2),
          Ssn.of(ssn),
          Instant.ofEpochMilli(ts),
          Origin.ofTopic("", partition, offset));
    }
  }

  /** A record from the topic. */
  public static final class Raw {
    public byte[] value;
    public int partition;
    public long offset;
  }

  /** A record for a topic. */
  public static final class Out {
    public byte[] key;
    public byte[] value;
  }

  static Running start(EmbeddedFlink cluster, String brokers, URI bureau, List<String> topics)
      throws Exception {
    String[] address = cluster.master().split(":");
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createRemoteEnvironment(
            address[0], Integer.parseInt(address[1]), new Configuration(), cluster.filesToStage());
    flink.setParallelism(Settings.PARALLELISM);
    flink.enableCheckpointing(Settings.CHECKPOINT_MILLIS);
    flink.getConfig().enableObjectReuse();
    flink.setBufferTimeout(Settings.BUFFER_TIMEOUT_MILLIS);
    KafkaSource<Raw> source =
        KafkaSource.<Raw>builder()
            .setBootstrapServers(brokers)
            .setTopics(topics.get(0))
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setDeserializer(new ToRaw())
            .build();
    SingleOutputStreamOperator<Row> rows =
        flink
            .fromSource(
                source,
                WatermarkStrategy.forBoundedOutOfOrderness(Duration.ofSeconds(20)),
                "applications")
            .process(new Parse());
    rows.getSideOutput(REFUSED)
        .map(NativeJob::value)
        .returns(Out.class)
        .sinkTo(sink(brokers, topics.get(2)));
    ClientPolicy policy = ClientPolicy.standard();
    SingleOutputStreamOperator<Row> first =
        rows.keyBy(row -> row.requestId).process(new KeepFirst());
    AsyncDataStream.unorderedWait(
            first,
            new Ask(new BureauCalls.Opener(ServiceAddress.of(bureau)), policy),
            60,
            TimeUnit.SECONDS,
            2 * policy.inFlight() * policy.batch())
        .returns(Out.class)
        .sinkTo(sink(brokers, topics.get(1)));
    JobClient job = flink.executeAsync("native");
    return () -> job.cancel().get();
  }

  private static Out value(byte[] bytes) {
    Out out = new Out();
    out.value = bytes;
    return out;
  }

  private static KafkaSink<Out> sink(String brokers, String topic) {
    return KafkaSink.<Out>builder()
        .setBootstrapServers(brokers)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setProperty("acks", "all")
        .setProperty("linger.ms", "5")
        .setRecordSerializer(
            KafkaRecordSerializationSchema.<Out>builder()
                .setTopic(topic)
                .setKeySerializationSchema((Out out) -> out.key)
                .setValueSerializationSchema((Out out) -> out.value)
                .build())
        .build();
  }

  private static final class ToRaw implements KafkaRecordDeserializationSchema<Raw> {
    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Raw> out) {
      Raw raw = new Raw();
      raw.value = record.value() == null ? new byte[0] : record.value();
      raw.partition = record.partition();
      raw.offset = record.offset();
      out.collect(raw);
    }

    @Override
    public TypeInformation<Raw> getProducedType() {
      return TypeInformation.of(Raw.class);
    }
  }

  private static final class Parse extends ProcessFunction<Raw, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Raw raw, Context context, Collector<Row> out) {
      try {
        LoanApplication read = LoanApplication.getDecoder().decode(raw.value);
        BigDecimal amount = BigDecimal.valueOf(read.getAmount());
        boolean known = read.getApplicantType().equals("KNOWN");
        if ((!known && !read.getApplicantType().equals("UNKNOWN"))
            || amount.signum() <= 0
            || amount.compareTo(BigDecimal.valueOf(1_000_000_000)) > 0
            || amount.stripTrailingZeros().scale() > 2
            || read.getRequestId().isBlank()
            || read.getSsn().isBlank()
            || read.getTs().toEpochMilli() < -62_135_596_800_000L) {
          throw new IOException("the application is invalid");
        }
        Row row = new Row();
        row.requestId = read.getRequestId();
        row.known = known;
        row.cents = amount.movePointRight(2).longValueExact();
        row.ssn = read.getSsn();
        row.ts = read.getTs().toEpochMilli();
        row.partition = raw.partition;
        row.offset = raw.offset;
        out.collect(row);
      } catch (IOException | RuntimeException e) {
        context.output(
            REFUSED,
            PlainJson.write(
                DeadLetters.of(
                    "parse",
                    new UnreadableRecord(Reason.MALFORMED, "unreadable"),
                    Origin.ofTopic("applications", raw.partition, raw.offset),
                    org.joda.time.Instant.EPOCH)));
      }
    }
  }

  private static final class KeepFirst extends KeyedProcessFunction<String, Row, Row> {
    private static final long serialVersionUID = 1L;
    private static final long WINDOW = Duration.ofHours(24).toMillis();

    private transient ValueState<Long> accepted;

    @Override
    public void open(Configuration parameters) {
      ValueStateDescriptor<Long> descriptor = new ValueStateDescriptor<>("accepted", Types.LONG);
      descriptor.enableTimeToLive(StateTtlConfig.newBuilder(Duration.ofHours(24)).build());
      accepted = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void processElement(Row row, Context context, Collector<Row> out) throws IOException {
      Long earlier = accepted.value();
      if (earlier == null || Math.abs(row.ts - earlier) > WINDOW) {
        accepted.update(row.ts);
        out.collect(row);
      }
    }
  }

  private static final class Ask extends RichAsyncFunction<Row, Out> {
    private static final long serialVersionUID = 1L;

    private final BureauCalls.Opener opener;
    private final ClientPolicy policy;
    private transient ServiceClient<Ssn, BureauScore> client;

    Ask(BureauCalls.Opener opener, ClientPolicy policy) {
      this.opener = opener;
      this.policy = policy;
    }

    @Override
    public void open(Configuration parameters) {
      client = new ServiceClient<>(policy, opener.open(policy));
    }

    @Override
    public void asyncInvoke(Row row, ResultFuture<Out> result) throws Exception {
      Application application = row.application();
      if (row.known) {
        result.complete(List.of(decide(application, null)));
        return;
      }
      client
          .ask(application.ssn())
          .whenComplete(
              (answer, bug) -> {
                if (bug != null) {
                  result.completeExceptionally(bug);
                } else {
                  result.complete(List.of(decide(application, answer.map(BureauScore::points))));
                }
              });
    }

    private static Out decide(Application application, Answer<Integer> answer) {
      Out out = new Out();
      out.key = application.requestId().getBytes(StandardCharsets.UTF_8);
      out.value = PlainJson.write(LoanPolicy.decide(application, answer));
      return out;
    }

    @Override
    public void close() {
      if (client != null) {
        client.close();
      }
    }
  }
}
