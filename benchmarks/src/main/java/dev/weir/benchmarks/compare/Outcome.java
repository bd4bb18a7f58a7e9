package dev.weir.benchmarks.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of one run of one side, and what its process used. */
public final class Outcome {
  private static final double MICROS = 1e6;

  private final Map<String, Double> figures = new LinkedHashMap<>();

  /** Starts without figures. */
  public Outcome() {}

  /** Takes figures as they are from the report of a process, if it has them. */
  public static Outcome of(JsonNode report, String... names) {
    Outcome outcome = new Outcome();
    for (String name : names) {
      if (report.has(name)) {
        outcome.with(name, report.get(name).asDouble());
      }
    }
    return outcome;
  }

  public Outcome with(String name, double value) {
    figures.put(name, value);
    return this;
  }

  /** Adds the largest resident size, and the processor time per record, of a whole process. */
  public Outcome withUsage(JsonNode report, double records) {
    return withMemory(report)
        .with("processor_micros", report.get(Side.PROCESSOR).asDouble() * MICROS / records);
  }

  /** Adds the largest resident size of a process; 0 where the system does not report it. */
  public Outcome withMemory(JsonNode report) {
    return with("resident_mib", report.get(Side.RESIDENT).asDouble());
  }

  /** Returns the figures by name, in the order in which they were added. */
  public Map<String, Double> figures() {
    return figures;
  }

  /** Checks that all sides gave the same output. */
  public static final class Same {
    private final List<String> names;
    private JsonNode first;

    public Same(String... names) {
      this.names = List.of(names);
    }

    /**
     * @throws IllegalStateException if one of the names has another value than in the first report
     */
    public void require(String side, JsonNode report) {
      first = first == null ? report : first;
      for (String name : names) {
        if (!first.get(name).equals(report.get(name))) {
          throw new IllegalStateException(
              side + " differs in " + name + ": " + report + " instead of " + first);
        }
      }
    }
  }
}
