package dev.weir.benchmarks.figures;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The machine and the versions that figures were measured with.
 *
 * @param processors the number of cores
 * @param memory gibibytes of the machine
 * @param java the JVM with its version
 * @param system the operating system, without the name of the host
 * @param versions of each product by its name
 */
public record Environment(
    int processors, int memory, String java, String system, Map<String, String> versions) {

  public Environment {
    versions = new TreeMap<>(versions);
  }

  /** Returns the environment of this process. */
  public static Environment current() {
    OperatingSystemMXBean machine =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Environment(
        machine.getAvailableProcessors(),
        Math.toIntExact(Math.round(machine.getTotalMemorySize() / (double) (1 << 30))),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        builtVersions());
  }

  /** Maven writes the versions of its build into a resource. */
  private static Map<String, String> builtVersions() {
    Properties versions = new Properties();
    try (InputStream in = Environment.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the versions of the build", e);
    }
    return versions.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name.replace('_', ' '), versions::getProperty));
  }

  /** Describes the machine in one phrase. */
  public String machine() {
    return String.format(
        Locale.ROOT, "%d cores, %d GiB of memory, %s, %s", processors, memory, java, system);
  }

  /** Lists the versions in one phrase. */
  public String products() {
    return versions.entrySet().stream()
        .map(version -> version.getKey() + " " + version.getValue())
        .collect(Collectors.joining(", "));
  }
}
