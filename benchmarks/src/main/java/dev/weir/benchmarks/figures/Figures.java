package dev.weir.benchmarks.figures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All kept figures, by the id of their comparison. Immutable. */
public final class Figures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext DIGITS = new MathContext(6);

  private final TreeMap<String, Measured> comparisons;

  private Figures(TreeMap<String, Measured> comparisons) {
    this.comparisons = comparisons;
  }

  public static Figures none() {
    return new Figures(new TreeMap<>());
  }

  /** Reads a file that {@link #write} has written or a person has edited. */
  public static Figures read(Path file) throws IOException {
    return new Figures(
        JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, Measured>>() {}));
  }

  public Optional<Measured> of(String comparison) {
    return Optional.ofNullable(comparisons.get(comparison));
  }

  /** Returns the ids of the comparisons that have figures. */
  public Set<String> comparisons() {
    return Collections.unmodifiableSet(comparisons.keySet());
  }

  public Figures with(String comparison, Measured measured) {
    TreeMap<String, Measured> changed = new TreeMap<>(comparisons);
    changed.put(comparison, measured);
    return new Figures(changed);
  }

  /** Returns the environment of the latest run. */
  public Optional<Environment> latestEnvironment() {
    return comparisons.values().stream()
        .reduce((a, b) -> b.date().compareTo(a.date()) > 0 ? b : a)
        .map(Measured::environment);
  }

  /** Replaces the file; each round is on one line. */
  public void write(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, json());
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  String json() throws JsonProcessingException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, Measured> comparison : comparisons.entrySet()) {
      texts.put(JSON.writeValueAsString(comparison.getKey()), json(comparison.getValue()));
    }
    return texts.entrySet().stream()
        .map(text -> text.getKey() + ": " + text.getValue())
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static String json(Measured measured) throws JsonProcessingException {
    StringBuilder rounds = new StringBuilder();
    for (Map<String, Map<String, Double>> round : measured.rounds()) {
      rounds.append(rounds.isEmpty() ? "\n    " : ",\n    ").append(line(round));
    }
    return String.format(
        Locale.ROOT,
        "{\n"
            + "  \"date\": %s,\n"
            + "  \"quick\": %s,\n"
            + "  \"environment\": %s,\n"
            + "  \"note\": %s,\n"
            + "  \"rounds\": [%s\n"
            + "  ]}",
        JSON.writeValueAsString(measured.date()),
        measured.quick(),
        JSON.writeValueAsString(measured.environment()),
        JSON.writeValueAsString(measured.note()),
        rounds);
  }

  private static String line(Map<String, Map<String, Double>> round)
      throws JsonProcessingException {
    Map<String, Map<String, BigDecimal>> sides = new LinkedHashMap<>();
    for (Map.Entry<String, Map<String, Double>> side : round.entrySet()) {
      Map<String, BigDecimal> figures = new LinkedHashMap<>();
      side.getValue().forEach((name, value) -> figures.put(name, rounded(value)));
      sides.put(side.getKey(), figures);
    }
    return JSON.writeValueAsString(sides);
  }

  /** Returns the number with six digits, and without an exponent. */
  private static BigDecimal rounded(double value) {
    BigDecimal digits = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
    return digits.scale() < 0 ? digits.setScale(0) : digits;
  }
}
