package dev.weir.peers;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.streaming.api.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.SinkFunction;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;

/**
 * Times sliding windows in Flink SQL over {@link BenchPayment}s and prints one line of JSON.
 * Measures from the first payment to the last row.
 */
public final class MeasureFlinkSpend {
  private static final long SEED = 1;
  private static final AtomicLong STARTED = new AtomicLong();
  private static final Tally TALLY = new Tally();

  private final Arguments arguments;

  private MeasureFlinkSpend(Arguments arguments) {
    this.arguments = arguments;
  }

  /** A payment in a form that Flink serializes fast. */
  public static final class Payment {
    public String account;
    public String currency;
    public long cents;
    public long ts;
  }

  /** Totals of the output, to be compared with those of other engines. */
  static final class Tally {
    long rows;
    long count;
    long cents;
    long extremes;
    long last;
  }

  /**
   * Arguments: {@code --payments=N --accounts=K --micros=BETWEEN --length=SECONDS --slide=SECONDS
   * --state=hashmap|rocksdb --interval=MILLISECONDS --checkpoints=FOLDER}.
   */
  public static void main(String[] args) throws Exception {
    try (PrintStream out = CleanOutput.claim()) {
      out.println(new MeasureFlinkSpend(new Arguments(args)).run());
    }
  }

  private String run() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, arguments.text("state"));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file://" + arguments.text("checkpoints"));
    StreamExecutionEnvironment flink =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    flink.enableCheckpointing(arguments.number("interval"), CheckpointingMode.EXACTLY_ONCE);
    flink.getConfig().enableObjectReuse();
    StreamTableEnvironment tables = StreamTableEnvironment.create(flink);
    tables.createTemporaryView(
        "payments",
        tables.fromDataStream(
            payments(flink),
            Schema.newBuilder()
                .column("account", DataTypes.STRING())
                .column("currency", DataTypes.STRING())
                .column("cents", DataTypes.BIGINT().notNull())
                .column("ts", DataTypes.BIGINT().notNull())
                .columnByExpression("paid_at", "TO_TIMESTAMP_LTZ(ts, 3)")
                .watermark("paid_at", "SOURCE_WATERMARK()")
                .build()));
    Table rows =
        tables.sqlQuery(
            "SELECT account, currency, window_start, window_end, COUNT(*) AS n,"
                + " SUM(cents) AS total, AVG(cents) AS average, MIN(cents) AS smallest,"
                + " MAX(cents) AS largest FROM TABLE(HOP(TABLE payments, DESCRIPTOR(paid_at), INTERVAL '"
                + arguments.number("slide")
                + "' SECOND(5), INTERVAL '"
                + arguments.number("length")
                + "' SECOND(5))) GROUP BY account, currency, window_start, window_end");
    DataStream<RowData> results =
        tables.toDataStream(
            rows, rows.getResolvedSchema().toPhysicalRowDataType().bridgedTo(RowData.class));
    results.addSink(new Count());
    flink.execute("spend");
    double seconds = (TALLY.last - STARTED.get()) / 1e9;
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("payments", arguments.number("payments"));
    report.put("seconds", seconds);
    report.put("per_second", Math.round(arguments.number("payments") / seconds));
    report.put("rows", TALLY.rows);
    report.put("count", TALLY.count);
    report.put("cents", TALLY.cents);
    report.put("extremes", TALLY.extremes);
    return new ObjectMapper().writeValueAsString(report);
  }

  private DataStream<Payment> payments(StreamExecutionEnvironment flink) {
    return flink.fromSource(
        new DataGeneratorSource<>(
            new Payments(arguments.number("accounts"), arguments.number("micros")),
            arguments.number("payments"),
            Types.POJO(Payment.class)),
        WatermarkStrategy.<Payment>forBoundedOutOfOrderness(BenchPayment.DISORDER)
            .withTimestampAssigner((payment, time) -> payment.ts),
        "payments");
  }

  private record Payments(long accounts, long micros) implements GeneratorFunction<Long, Payment> {
    private static final long serialVersionUID = 1;

    @Override
    public Payment map(Long n) {
      STARTED.compareAndSet(0, System.nanoTime());
      BenchPayment made = BenchPayment.of(SEED, n, accounts, micros);
      Payment payment = new Payment();
      payment.account = made.account();
      payment.currency = "USD";
      payment.cents = made.cents();
      payment.ts = made.ts();
      return payment;
    }
  }

  private static final class Count implements SinkFunction<RowData> {
    private static final long serialVersionUID = 1;

    @Override
    public void invoke(RowData row, Context context) {
      TALLY.rows++;
      TALLY.count += row.getLong(4);
      TALLY.cents += row.getLong(5);
      TALLY.extremes += row.getLong(7) + row.getLong(8);
      TALLY.last = System.nanoTime();
    }
  }
}
