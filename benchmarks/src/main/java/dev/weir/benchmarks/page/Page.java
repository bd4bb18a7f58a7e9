package dev.weir.benchmarks.page;

import dev.weir.benchmarks.figures.Environment;
import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.figures.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The whole page, which depends on the kept figures and the {@link Fragments} only. */
public final class Page {
  private static final String COMMAND =
      "mvn -q process-classes exec:java -Pbenchmarks -Dexec.args=";

  private final List<Section> sections;
  private final Figures figures;
  private final Optional<Environment> usual;

  public Page(List<Section> sections, Figures figures) {
    this.sections = sections;
    this.figures = figures;
    this.usual = figures.latestEnvironment();
  }

  /** Returns the page as Markdown. */
  public String text() {
    List<String> parts = new ArrayList<>();
    parts.add("# Benchmarks");
    parts.add(Fragments.required("introduction"));
    usual.ifPresent(
        e ->
            parts.add(
                "Unless a table says otherwise, all figures were measured on "
                    + e.machine()
                    + ", with "
                    + e.products()
                    + "."));
    parts.add(new GoalTable(Goals.all(), figures).text());
    sections.forEach(section -> add(section, parts));
    return String.join("\n\n", parts) + "\n";
  }

  private void add(Section section, List<String> parts) {
    parts.add("## " + section.heading());
    parts.add("```\n" + COMMAND + section.id() + "\n```");
    parts.add(Fragments.required(section.id()));
    for (Layout table : section.tables()) {
      figures
          .of(table.id())
          .ifPresentOrElse(
              measured -> {
                parts.add(new ComparisonTable(table, measured).text());
                parts.add(how(measured));
              },
              () -> parts.add("*Not measured yet:* " + table.title() + "."));
    }
    Fragments.optional(section.id() + "-tried")
        .ifPresent(
            tried -> {
              parts.add("### What was tried: " + lowerCase(section.heading()));
              parts.add(tried);
            });
  }

  /** States when and how a table was measured. */
  private String how(Measured measured) {
    int rounds = measured.rounds().size();
    StringBuilder how = new StringBuilder("*" + measured.date() + ", ");
    how.append(rounds == 1 ? "one round" : rounds + " rounds");
    how.append(measured.quick() ? " of a quick run.*" : ".*");
    Environment environment = measured.environment();
    if (!usual.map(Environment::machine).equals(Optional.of(environment.machine()))) {
      how.append(" On ").append(environment.machine()).append('.');
    }
    if (!usual.map(Environment::products).equals(Optional.of(environment.products()))) {
      how.append(" With ").append(environment.products()).append('.');
    }
    return how + (measured.note().isEmpty() ? "" : " " + measured.note());
  }

  private static String lowerCase(String heading) {
    return heading.substring(0, 1).toLowerCase(Locale.ROOT) + heading.substring(1);
  }
}
