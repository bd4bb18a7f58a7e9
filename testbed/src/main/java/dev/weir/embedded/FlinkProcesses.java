package dev.weir.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.folders.OwnerOnly;
import dev.weir.local.FlinkRest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;

/**
 * A standalone Flink cluster: a job manager and task managers, each a process of its own that can
 * be killed and started again. Jobs take their classes from these processes, which have the class
 * path of this one. A job whose task manager is killed continues from its last checkpoint as soon
 * as it has enough slots again. Nothing restores the jobs of a job manager that is killed: submit
 * them again with the path of their last checkpoint.
 */
public final class FlinkProcesses implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  // In MiB.
  private static final int JOB_MANAGER_HEAP = 384;
  private static final int FRAMEWORK_HEAP = 128;
  private static final int TASK_HEAP = 512;
  private static final int NETWORK = 64;
  private static final int MANAGED = 128;

  private final Path folder;
  private final String master;
  private final FlinkRest rest;
  private final List<ChildProcess> taskManagers = new ArrayList<>();
  private ChildProcess jobManager;
  private int started;

  private FlinkProcesses(Path folder, int port) {
    this.folder = folder;
    this.master = Ports.HOST + ":" + port;
    this.rest = new FlinkRest(master);
  }

  /**
   * Starts a cluster, and returns once all its task managers are registered.
   *
   * @param folder the folder for checkpoints, logs and all other files
   * @param taskManagers the number of task managers
   * @param slots the number of slots of each task manager
   * @throws IllegalStateException if a process does not start
   */
  public static FlinkProcesses start(Path folder, int taskManagers, int slots) {
    List<Integer> ports = Ports.free(2);
    FlinkProcesses cluster = new FlinkProcesses(folder.toAbsolutePath(), ports.get(1));
    try {
      cluster.configure(ports.get(0), ports.get(1), slots);
      cluster.startJobManager();
      for (int n = 0; n < taskManagers; n++) {
        cluster.startTaskManager();
      }
      cluster.awaitTaskManagers();
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The address for {@code --flinkMaster}, {@code host:port}; it does not change. */
  public String master() {
    return master;
  }

  /** The file for {@code --filesToStage}: the job's classes are in the processes already. */
  public String filesToStage() {
    return folder.resolve("nothing-to-stage.jar").toString();
  }

  /** The folder with one folder of checkpoints for each job, named by its id. */
  public Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** Returns the number of task managers that were not killed. */
  public int taskManagers() {
    return taskManagers.size();
  }

  /** Starts another task manager; returns before it is registered. */
  public void startTaskManager() {
    started++;
    taskManagers.add(
        process("task manager " + started, FRAMEWORK_HEAP + TASK_HEAP, TaskManagerRunner.class));
  }

  /**
   * Kills a task manager with SIGKILL.
   *
   * @param n counts those that were not killed, from 0, the oldest first
   */
  public void killTaskManager(int n) {
    taskManagers.remove(n).kill();
  }

  /** Starts the job manager; returns before it answers. Task managers find it by themselves. */
  public void startJobManager() {
    jobManager = process("job manager", JOB_MANAGER_HEAP, StandaloneSessionClusterEntrypoint.class);
  }

  /** Kills the job manager with SIGKILL; its jobs are lost, their checkpoints are not. */
  public void killJobManager() {
    jobManager.kill();
  }

  /**
   * Waits until the job manager knows at least as many task managers as were not killed.
   *
   * @throws IllegalStateException if a process has ended, or if it takes minutes
   */
  public void awaitTaskManagers() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!areRegistered()) {
      jobManager.check();
      taskManagers.forEach(ChildProcess::check);
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException(
            "the Flink cluster is not complete after "
                + START_LIMIT.toMinutes()
                + " minutes; see its logs in "
                + folder);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Returns the state of the jobs and of the processes, for the message of a test that fails. */
  public String report() {
    String jobs;
    try {
      jobs = rest.states();
    } catch (UncheckedIOException | IllegalStateException e) {
      jobs = "the job manager does not report the states of the jobs: " + e.getMessage();
    }
    return Stream.concat(Stream.of(jobManager), taskManagers.stream())
        .map(ChildProcess::report)
        .collect(Collectors.joining("\n", jobs + "\n", ""));
  }

  /** Kills all processes. */
  @Override
  public void close() {
    taskManagers.forEach(ChildProcess::kill);
    if (jobManager != null) {
      jobManager.kill();
    }
  }

  private boolean areRegistered() {
    try {
      return rest.taskManagers() >= taskManagers.size();
    } catch (UncheckedIOException | IllegalStateException e) {
      // It does not listen yet, or does not serve yet.
      return false;
    }
  }

  private ChildProcess process(String name, int heap, Class<?> main) {
    return ChildProcess.start(
        "the " + name,
        folder.resolve(name.replace(' ', '-') + ".log"),
        heap,
        main.getName(),
        List.of("--configDir", folder.toString()));
  }

  private void configure(int rpcPort, int restPort, int slots) {
    try {
      OwnerOnly.folder(folder);
      String temporary = OwnerOnly.folder(folder.resolve("temporary")).toString();
      Map<String, String> settings = new TreeMap<>();
      settings.put("jobmanager.rpc.address", Ports.HOST);
      settings.put("jobmanager.rpc.port", Integer.toString(rpcPort));
      settings.put("jobmanager.bind-host", Ports.HOST);
      settings.put("rest.address", Ports.HOST);
      settings.put("rest.bind-address", Ports.HOST);
      settings.put("rest.port", Integer.toString(restPort));
      settings.put("rest.bind-port", Integer.toString(restPort));
      settings.put("taskmanager.host", Ports.HOST);
      settings.put("taskmanager.bind-host", Ports.HOST);
      settings.put("taskmanager.numberOfTaskSlots", Integer.toString(slots));
      settings.put("io.tmp.dirs", temporary);
      settings.put("web.tmpdir", temporary);
      settings.put("web.upload.dir", temporary);
      settings.put("state.checkpoints.dir", OwnerOnly.folder(checkpoints()).toUri().toString());
      settings.put(
          "state.savepoints.dir",
          OwnerOnly.folder(folder.resolve("savepoints")).toUri().toString());
      settings.put("classloader.resolve-order", "parent-first");
      settings.putAll(memory());
      settings.putAll(recovery());
      Files.writeString(
          folder.resolve("flink-conf.yaml"),
          settings.entrySet().stream()
              .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
              .collect(Collectors.joining()),
          UTF_8);
      new JarOutputStream(Files.newOutputStream(Path.of(filesToStage())), new Manifest()).close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the cluster's files to " + folder, e);
    }
  }

  /** What Flink's scripts would compute from the size of the process. */
  private static Map<String, String> memory() {
    String overhead = "192m";
    Map<String, String> memory = new TreeMap<>();
    memory.put("taskmanager.cpu.cores", "1");
    memory.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP + "m");
    memory.put("taskmanager.memory.framework.off-heap.size", FRAMEWORK_HEAP + "m");
    memory.put("taskmanager.memory.task.heap.size", TASK_HEAP + "m");
    memory.put("taskmanager.memory.task.off-heap.size", "0m");
    memory.put("taskmanager.memory.network.min", NETWORK + "m");
    memory.put("taskmanager.memory.network.max", NETWORK + "m");
    memory.put("taskmanager.memory.managed.size", MANAGED + "m");
    memory.put("taskmanager.memory.jvm-metaspace.size", "256m");
    memory.put("taskmanager.memory.jvm-overhead.min", overhead);
    memory.put("taskmanager.memory.jvm-overhead.max", overhead);
    return memory;
  }

  /** Recovers within about a second; the defaults are made for networks that lose packets. */
  private static Map<String, String> recovery() {
    return Map.of(
        "restart-strategy.type", "fixed-delay",
        "restart-strategy.fixed-delay.attempts", Integer.toString(Integer.MAX_VALUE),
        "restart-strategy.fixed-delay.delay", "200 ms",
        "heartbeat.interval", "500",
        // A dead process refuses connections; a slow one must not seem dead.
        "heartbeat.rpc-failure-threshold", "2",
        "heartbeat.timeout", "10000",
        "cluster.registration.error-delay", "200",
        "cluster.registration.refused-registration-delay", "500",
        "cluster.registration.max-timeout", "2000");
  }
}
