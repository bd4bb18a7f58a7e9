package dev.weir.it.loans;

import static dev.weir.it.FuzzedLines.counted;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.bureaumock.BureauMock;
import dev.weir.it.FuzzedLines;
import dev.weir.loandecisions.LoanDecisions;
import dev.weir.loandecisions.LoanDecisionsOptions;
import dev.weir.local.PipelineArguments;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.PipelineResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to Avro container files: records outside the damage are decided, lost records
 * are dead letters, and the counts add up. {@code -Dweir.fuzz.seed} sets the first seed, {@code
 * -Dweir.runs} the number of seeds.
 */
class LoanContainersFuzzTest {
  private static final long SEED = Long.getLong("weir.fuzz.seed", 20_260_111);
  private static final int FILES = 48;
  private static final int RECORDS = 40;
  private static final int PER_BLOCK = 10;
  private static final int MARKER = 16;

  @TempDir private static Path folder;
  private static BureauMock bureau;

  @BeforeAll
  static void start() {
    bureau =
        BureauMock.start(BureauMock.healthy().withLatency(Duration.ZERO, Duration.ofMillis(5)), 0);
  }

  @AfterAll
  static void stop() {
    bureau.close();
  }

  static IntStream runs() {
    return IntStream.range(0, Integer.getInteger("weir.runs", 1));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void undamagedRecordsAreDecidedAndLostOnesAreDeadLetters(int run) throws IOException {
    long seed = SEED + run;
    Random random = new Random(seed);
    Path here = folder.resolve("run-" + run);
    Files.createDirectories(here.resolve("in"));
    List<Container> containers = new ArrayList<>();
    for (int n = 0; n < FILES; n++) {
      Container container = new Container(n, random);
      Files.write(here.resolve("in").resolve(container.name()), container.bytes);
      containers.add(container);
    }

    PipelineResult result =
        LoanDecisions.run(
            PipelineArguments.parse(
                LoanDecisionsOptions.class,
                List.of(
                    "--runner=DirectRunner",
                    "--enforceImmutability=true",
                    "--enforceEncodability=true",
                    "--shards=8",
                    // Longer than a busy machine takes.
                    "--bureauTimeout=2m",
                    "--applications=file:" + here.resolve("in/*.avro"),
                    "--decisions=file:" + here.resolve("decisions"),
                    "--deadLetters=file:" + here.resolve("dead-letters"),
                    "--bureau=" + bureau.uri())));
    String what = "seed " + seed;
    assertThat(what, result.waitUntilFinish(), is(PipelineResult.State.DONE));

    List<String> decisions = LoanFiles.lines(here.resolve("decisions"));
    List<JsonNode> deadLetters = FuzzedLines.json(here.resolve("dead-letters"));
    long unparsed =
        deadLetters.stream()
            .filter(letter -> letter.get("stage").textValue().equals("parse-applications"))
            .count();
    assertThat(
        what,
        decisions.size() + counted(result, "duplicates") + unparsed,
        is(counted(result, "records_read")));
    assertThat(what, counted(result, "dead_letters"), is((long) deadLetters.size()));

    Set<String> decided = new HashSet<>(decisions);
    for (Container container : containers) {
      String file = what + ", " + container;
      assertThat(file, container.spared(), everyItem(is(in(decided))));
      Set<Long> refused = container.refused(deadLetters);
      if (container.isWhole()) {
        assertThat(file, refused, is(container.nulls));
      } else if (container.lost(decided) > container.mayBeOthers()) {
        assertThat(file, refused, is(not(empty())));
      }
      assertThat(file, refused, hasSize(lessThanOrEqualTo(container.mostRefused())));
    }
    assertThat(what, decisions.size(), is(greaterThan(FILES * RECORDS / 4)));
    assertThat(what, deadLetters.size(), is(greaterThan(FILES / 4)));
  }

  private enum Damage {
    NONE,
    BIT,
    BYTES,
    CUT,
    COUNT,
    GARBAGE,
    HEADER,
    EMPTY,
    TWICE
  }

  /** A file of four blocks of ten applications each, and its damage. */
  private static final class Container {
    private final int number;
    private final Schema schema;
    private final Damage damage;
    private final List<Loan> loans = new ArrayList<>();

    /** The numbers of records with a missing field, from 1. */
    private final Set<Long> nulls = new TreeSet<>();

    private final List<Integer> starts = new ArrayList<>();

    /** Blocks next to which no block is known to be intact. */
    private final Set<Integer> harmed = new HashSet<>();

    private final String codec;
    private byte[] bytes;

    Container(int number, Random random) throws IOException {
      this.number = number;
      boolean nullable = random.nextInt(3) == 0;
      this.schema = schema(nullable, random.nextInt(3) == 0);
      Damage[] all = Damage.values();
      this.damage = random.nextInt(3) == 0 ? Damage.NONE : all[random.nextInt(all.length)];
      List<GenericRecord> records = new ArrayList<>();
      for (long n = 1; n <= RECORDS; n++) {
        Loan loan = loan(n, random);
        GenericRecord record = record(loan);
        if (nullable && random.nextInt(10) == 0) {
          record.put(1 + random.nextInt(5), null);
          nulls.add(n);
        }
        loans.add(loan);
        records.add(record);
      }
      codec = List.of("null", "deflate", "snappy").get(random.nextInt(3));
      write(records);
      harm(random);
    }

    /** Ids that no flipped bit turns into another id. */
    private Loan loan(long n, Random random) {
      int many = (int) (number * 1_000 + n) * 0x9E3779B9;
      Loan loan = Loan.madeUp("c", (int) n, random);
      return loan.requestId("f%d-r%d-%08x".formatted(number, n, many));
    }

    /** As other tools write it: with an unused field and nullable columns. */
    private static Schema schema(boolean nullable, boolean more) {
      String branch = "{\"name\":\"branch\",\"type\":[\"null\",\"string\"]}";
      StringBuilder fields = new StringBuilder(branch);
      for (String field :
          List.of(
              "ts|{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}",
              "ssn|\"string\"",
              "amount|\"double\"",
              "applicant_type|\"string\"",
              "request_id|\"string\"")) {
        String type = field.substring(field.indexOf('|') + 1);
        fields.append(
            ",{\"name\":\"%s\",\"type\":%s}"
                .formatted(
                    field.substring(0, field.indexOf('|')),
                    nullable ? "[" + type + ",\"null\"]" : type));
      }
      if (more) {
        fields.append(",{\"name\":\"tags\",\"type\":{\"type\":\"map\",\"values\":\"bytes\"}}");
      }
      return new Schema.Parser()
          .parse("{\"type\":\"record\",\"name\":\"row\",\"fields\":[" + fields + "]}");
    }

    private GenericRecord record(Loan loan) {
      GenericRecord record = new GenericData.Record(schema);
      record.put("ts", loan.ts().toEpochMilli());
      record.put("ssn", loan.ssn());
      record.put("amount", Double.parseDouble(loan.amount()));
      record.put("applicant_type", loan.type());
      record.put("request_id", loan.requestId());
      if (schema.getField("tags") != null) {
        record.put("tags", Map.of("a", ByteBuffer.allocate(3)));
      }
      return record;
    }

    private void write(List<GenericRecord> records) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (DataFileWriter<GenericRecord> writer =
          new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(schema, GenericData.get()))) {
        writer.setCodec(CodecFactory.fromString(codec));
        writer.create(schema, out);
        for (int n = 0; n < records.size(); n++) {
          if (n % PER_BLOCK == 0) {
            starts.add((int) writer.sync());
          }
          writer.append(records.get(n));
        }
        starts.add((int) writer.sync());
      }
      bytes = out.toByteArray();
    }

    private void harm(Random random) {
      int first = starts.get(0);
      int at = first + random.nextInt(bytes.length - first);
      switch (damage) {
        case NONE -> {}
        case BIT -> {
          bytes[at] ^= (byte) (1 << random.nextInt(8));
          harmAround(at, at);
        }
        case BYTES -> {
          int end = Math.min(bytes.length, at + 1 + random.nextInt(40));
          for (int n = at; n < end; n++) {
            bytes[n] = (byte) random.nextInt(256);
          }
          harmAround(at, end - 1);
        }
        case CUT -> {
          bytes = Arrays.copyOf(bytes, at);
          harmAround(at, starts.get(starts.size() - 1) - 1);
        }
        case COUNT -> {
          int block = random.nextInt(RECORDS / PER_BLOCK);
          bytes[starts.get(block)] = (byte) (2 * random.nextInt(64));
          harmAround(starts.get(block), starts.get(block));
        }
        case GARBAGE -> {
          int block = random.nextInt(RECORDS / PER_BLOCK);
          byte[] garbage = new byte[1 + random.nextInt(2_000)];
          random.nextBytes(garbage);
          bytes = inserted(starts.get(block), garbage);
          harmAround(starts.get(block), starts.get(block));
        }
        case HEADER -> {
          bytes[random.nextInt(first)] ^= (byte) (1 << random.nextInt(8));
          harmAround(first, bytes.length - 1);
        }
        case EMPTY -> {
          bytes = new byte[0];
          harmAround(first, starts.get(starts.size() - 1) - 1);
        }
        case TWICE -> bytes = inserted(bytes.length, bytes);
      }
    }

    private byte[] inserted(int at, byte[] more) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, at);
      out.writeBytes(more);
      out.write(bytes, at, bytes.length - at);
      return out.toByteArray();
    }

    /** A marker belongs to the block before it and to the block after it. */
    private void harmAround(int from, int to) {
      for (int block = 0; block + 1 < starts.size(); block++) {
        if (from < starts.get(block + 1) && to >= starts.get(block) - MARKER) {
          harmed.add(block);
        }
      }
    }

    String name() {
      return "part-%03d.avro".formatted(number);
    }

    boolean isWhole() {
      return damage == Damage.NONE;
    }

    /** Returns the decisions of complete records in undamaged blocks. */
    List<String> spared() {
      return IntStream.range(0, RECORDS)
          .filter(n -> !harmed.contains(n / PER_BLOCK) && !nulls.contains(n + 1L))
          .mapToObj(n -> loans.get(n).decision())
          .toList();
    }

    /**
     * A record that lacks something occurs again in a second copy, each damage costs a dead letter,
     * and a header with another marker than the blocks costs one dead letter for each block.
     */
    int mostRefused() {
      int blocks = damage == Damage.HEADER ? RECORDS / PER_BLOCK : 2;
      return nulls.size() * (damage == Damage.TWICE ? 2 : 1) + blocks;
    }

    /**
     * Damaged text is still text: as many may have become other applications. Deflate has no
     * checksum and repeats what came before, so that a bit can spoil a whole block.
     */
    int mayBeOthers() {
      if (damage != Damage.BIT && damage != Damage.BYTES) {
        return 0;
      }
      return codec.equals("deflate") ? 2 * PER_BLOCK : damage == Damage.BIT ? 1 : 3;
    }

    long lost(Set<String> decided) {
      return loans.stream().filter(loan -> !decided.contains(loan.decision())).count();
    }

    /** Returns the record numbers in the dead letters, each once. */
    Set<Long> refused(List<JsonNode> deadLetters) {
      Set<Long> refused = new TreeSet<>();
      for (JsonNode letter : deadLetters) {
        if (letter.get("file").textValue().endsWith(name())) {
          boolean first = refused.add(letter.get("line").longValue());
          assertThat("refused twice: " + letter, first, is(true));
        }
      }
      return refused;
    }

    @Override
    public String toString() {
      return name() + " " + damage + " of " + bytes.length + " bytes, nulls in " + nulls;
    }
  }
}
