package dev.weir.needs;

import dev.weir.cdc.SourceColumn;
import dev.weir.files.FilePattern;
import dev.weir.iceberg.table.LedgerCatalog;
import dev.weir.iceberg.table.LedgerException;
import dev.weir.kafka.ClientProperties;
import dev.weir.kafka.KafkaCluster;
import dev.weir.kafka.registry.SchemaRegistry;
import dev.weir.ports.DatabaseChanges;
import dev.weir.ports.ExactlyOnce;
import dev.weir.ports.KafkaSettings;
import dev.weir.ports.Port;
import dev.weir.ports.PortException;
import dev.weir.service.ServiceAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The external resources that a job needs. {@link #tryAll} checks them in parallel before anything
 * starts. A missing one is an error, or a warning if it is a service that a live job can wait for.
 */
public final class Needs {
  /**
   * The time within which every resource must answer. A command that cannot run ends within 15 s,
   * including its own start-up.
   */
  public static final Duration LIMIT = Duration.ofSeconds(10);

  private final boolean live;
  private final CatalogNeed catalog;
  private final List<Need> required = new ArrayList<>();
  private final List<Need> services = new ArrayList<>();
  private ClientProperties kafka = ClientProperties.standard();
  private RegistryCheck registry;
  private Optional<ExactlyOnce> exactlyOnce = Optional.empty();

  /** Must hold if the job starts without state. */
  private final List<Need> unused = new ArrayList<>();

  private String sinkId;
  private boolean startsWithoutState;

  /** The local paths of {@code file:} ports, by option. */
  private final Map<String, String> files = new LinkedHashMap<>();

  private int inputs;
  private final Map<String, FilePattern> inputFiles = new LinkedHashMap<>();

  private Needs(boolean live, CatalogNeed catalog) {
    this.live = live;
    this.catalog = catalog;
  }

  /** For a job that uses no tables. */
  public static Needs withoutCatalog() {
    return new Needs(false, null);
  }

  /**
   * @param live whether the job can wait for its services
   * @param catalogFile the value of {@code --catalog}; null for the default catalog
   * @param catalog the catalog of all tables
   */
  public static Needs of(boolean live, String catalogFile, LedgerCatalog catalog) {
    return new Needs(live, new CatalogNeed(catalogFile == null ? null : "catalog", catalog));
  }

  /** Sets the properties with which the topics that are added from now on are looked for. */
  public Needs usesKafka(ClientProperties properties) {
    kafka = properties;
    return this;
  }

  /** Like {@link #usesKafka(ClientProperties)}, and checks the schema registry, if there is one. */
  public Needs usesKafka(KafkaSettings settings) {
    settings.registry().ifPresent(this::usesRegistry);
    exactlyOnce = settings.exactlyOnce();
    return usesKafka(settings.properties());
  }

  /**
   * A live job, which writes under a sink id. If it starts without state, its outputs must not have
   * records of that id yet.
   *
   * @param takesOver whether it may start without state all the same
   */
  public Needs writesAs(String id, boolean takesOver) {
    sinkId = live && !takesOver ? id : null;
    return this;
  }

  /** Returns whether some input never ends. */
  public boolean isLive() {
    return live;
  }

  /** Returns whether all inputs are {@link #inputFiles}. */
  public boolean readsOnlyFiles() {
    return inputs == inputFiles.size();
  }

  /** The inputs that are files, by option. */
  public Map<String, FilePattern> inputFiles() {
    return Collections.unmodifiableMap(inputFiles);
  }

  /** Returns whether the job publishes to topics exactly once. */
  public boolean publishesExactlyOnce() {
    return !unused.isEmpty();
  }

  /** The job starts without state. Call it last. */
  public Needs startsWithoutState() {
    startsWithoutState = true;
    return this;
  }

  /** The schema registry of the topics that are added from now on. */
  Needs usesRegistry(SchemaRegistry used) {
    registry = new RegistryCheck(used);
    return this;
  }

  /** An input that is not a database; see {@link #readsChanges}. */
  public Needs reads(String option, Port port) {
    inputs++;
    if (port instanceof Port.Topic topic) {
      required.add(topic(option, topic, false));
    } else if (port instanceof Port.Files input) {
      InputFiles needed = new InputFiles(option, input);
      required.add(needed);
      inputFiles.put(option, needed.pattern());
      files.put(option, input.path());
    } else if (port instanceof Port.Table table) {
      catalog.reads(option, table.name());
    } else {
      throw new PortException(
          "--"
              + option
              + ": whole records cannot be read from a database; write kafka://host:port/topic,"
              + " file:path or iceberg:db.table");
    }
    return this;
  }

  /**
   * An input that may be a database.
   *
   * @param pipeline the name of the reader in the database
   * @param table the table in the database
   * @param columns the columns that the table must have
   */
  public Needs readsChanges(
      String option, Port port, String pipeline, String table, List<SourceColumn> columns) {
    if (!(port instanceof Port.Database database)) {
      return reads(option, port);
    }
    inputs++;
    required.add(
        new DatabaseNeed(
            option, database, DatabaseChanges.find(option).of(database, pipeline, table, columns)));
    return this;
  }

  /**
   * An output.
   *
   * @param uri null if the option is not given
   */
  public Needs writes(String option, String uri) {
    if (uri == null) {
      return this;
    }
    Port port = Port.parse(option, uri);
    if (port instanceof Port.Topic topic) {
      required.add(topic(option, topic, true));
      exactlyOnce.ifPresent(
          once ->
              unused.add(
                  new UnusedTopic(
                      option,
                      new KafkaCluster(topic.brokers(), kafka),
                      topic.name(),
                      once.sinkId())));
    } else if (port instanceof Port.Files output) {
      required.add(new OutputFolder(option, output.path()));
      files.put(option, output.path());
    } else if (port instanceof Port.Table table) {
      catalog.writes(option, table.name());
    }
    return this;
  }

  /**
   * An output of records; their schema is registered if the output needs a registry.
   *
   * @param uri null if the option is not given
   */
  public Needs writes(String option, String uri, Class<? extends SpecificRecordBase> records) {
    if (registry != null
        && uri != null
        && Port.parse(option, uri) instanceof Port.Topic topic
        && topic.avro()) {
      registry.registers(option, topic.name(), SpecificData.get().getSchema(records));
    }
    return writes(option, uri);
  }

  /**
   * A namespace of tables that the job writes.
   *
   * @param uri null if the option is not given
   * @param table one of them, without the namespace
   */
  public Needs keeps(String option, String uri, String table) {
    if (uri != null) {
      catalog.writes(option, Port.namespace(option, uri) + "." + table);
    }
    return this;
  }

  /**
   * A service that questions are posted to.
   *
   * @param patience how long questions wait for it; zero for a service that may be missing, which
   *     is not checked
   * @param routes at least one of which the service must have
   */
  public Needs asks(String option, ServiceAddress service, Duration patience, List<String> routes) {
    if (!patience.isZero()) {
      services.add(new ServiceNeed(option, service, routes, null, System::getenv));
    }
    return this;
  }

  /**
   * A service in which each question has its own path.
   *
   * @param patience how long questions wait for it; zero for a service that may be missing, which
   *     is not checked
   * @param nothing the path of something that does not exist
   */
  public Needs looksUp(String option, ServiceAddress service, Duration patience, String nothing) {
    if (!patience.isZero()) {
      services.add(new ServiceNeed(option, service, List.of(), nothing, System::getenv));
    }
    return this;
  }

  /**
   * Any other server.
   *
   * @param what the kind of server, such as {@code Flink cluster}
   */
  public Needs connects(String option, String what, String host, int port) {
    required.add(new ServerNeed(option, what, host, port));
    return this;
  }

  /**
   * The job's workers are on other machines. Local paths that the job reads or writes, including
   * the warehouse, are then only allowed if they are shared. Call it last.
   *
   * @param cluster the address of the cluster
   * @param shared whether every worker sees the same files as this machine
   */
  public Needs runsAt(String cluster, boolean shared) {
    files.forEach((option, path) -> usesFolder(option, path, cluster, shared));
    if (catalog != null && catalog.isUsed()) {
      localWarehouse()
          .ifPresent(warehouse -> usesFolder(catalog.option(), warehouse, cluster, shared));
    }
    return this;
  }

  private Optional<String> localWarehouse() {
    try {
      return catalog.localWarehouse();
    } catch (LedgerException e) {
      // The check of the catalog reports it.
      return Optional.empty();
    }
  }

  /**
   * A location that the workers of a cluster on other machines write to; checked like those of
   * {@link #runsAt} if it is local.
   */
  public Needs usesFolder(String option, String location, String cluster, boolean shared) {
    if (LocalPaths.of(location).isPresent()) {
      required.add(new WorkerFolder(option, location, cluster, shared));
    }
    return this;
  }

  /** Adds only the catalog; the caller looks for the tables. */
  public Needs opensCatalog(String option) {
    catalog.opens(option);
    return this;
  }

  private TopicNeed topic(String option, Port.Topic topic, boolean output) {
    return new TopicNeed(
        option,
        new KafkaCluster(topic.brokers(), kafka),
        topic.name(),
        output,
        output ? exactlyOnce : Optional.empty());
  }

  /** Checks everything; this takes {@link #LIMIT} at most. */
  public Findings tryAll() {
    List<Need> all = new ArrayList<>(required);
    if (startsWithoutState && sinkId != null) {
      all.addAll(unused);
    }
    if (catalog != null && catalog.isUsed()) {
      if (startsWithoutState && sinkId != null) {
        catalog.hasNoRowsOf(sinkId);
      }
      all.add(catalog);
    }
    List<Need> waitedFor = new ArrayList<>(services);
    if (registry != null) {
      all.add(new RegistryNeed(registry, false));
      waitedFor.add(new RegistryNeed(registry, true));
    }
    ExecutorService threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "weir-before-start");
              thread.setDaemon(true);
              return thread;
            });
    try {
      long end = System.nanoTime() + LIMIT.toNanos();
      List<Future<List<String>>> needed = start(threads, all);
      List<Future<List<String>>> asked = start(threads, waitedFor);
      List<String> errors = results(all, needed, end);
      List<String> unanswered = results(waitedFor, asked, end);
      if (live) {
        return new Findings(errors, unanswered, notes(all));
      }
      errors.addAll(unanswered);
      return new Findings(errors, List.of(), notes(all));
    } finally {
      threads.shutdownNow();
    }
  }

  /** Reports the same problem of several options once. */
  static List<String> notes(List<Need> needs) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    for (Need need : needs) {
      need.note()
          .ifPresent(
              note ->
                  options.computeIfAbsent(note, n -> new ArrayList<>()).add("--" + need.option()));
    }
    return options.entrySet().stream()
        .map(note -> String.join(", ", note.getValue()) + ": " + note.getKey())
        .toList();
  }

  private static List<Future<List<String>>> start(ExecutorService threads, List<Need> needs) {
    return needs.stream().map(need -> threads.submit(need::problems)).toList();
  }

  private static List<String> results(
      List<Need> needs, List<Future<List<String>>> results, long end) {
    List<String> problems = new ArrayList<>();
    for (int n = 0; n < needs.size(); n++) {
      Need need = needs.get(n);
      try {
        problems.addAll(
            results.get(n).get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
      } catch (TimeoutException e) {
        problems.addAll(need.unanswered());
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "--" + need.option() + " could not be checked", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while --" + need.option() + " was checked", e);
      }
    }
    return problems;
  }
}
