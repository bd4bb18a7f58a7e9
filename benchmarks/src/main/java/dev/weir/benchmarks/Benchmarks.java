package dev.weir.benchmarks;

import dev.weir.benchmarks.compare.Bench;
import dev.weir.benchmarks.compare.Checkout;
import dev.weir.benchmarks.compare.Comparison;
import dev.weir.benchmarks.compare.Measurement;
import dev.weir.benchmarks.figures.Figures;
import dev.weir.benchmarks.page.Page;
import dev.weir.folders.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures comparisons, keeps their figures in {@code benchmarks/figures.json}, and renders {@code
 * docs/benchmarks.md} from all kept figures. Figures are kept as soon as their comparison is done.
 *
 * <p>Arguments: {@code render} for the page only, or words that select comparisons ({@link
 * Contents#selected}), with {@code --quick} for one round of short runs. {@code kills} counts what
 * Beam's IcebergIO loses and repeats ({@link IcebergIoKills}); no page is rendered from that.
 */
public final class Benchmarks {
  private static final String QUICK = "--quick";
  private static final String RENDER = "render";
  private static final String KILLS = "kills";

  private Benchmarks() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(arguments));
    boolean quick = words.remove(QUICK);
    Contents contents = new Contents();
    int status;
    if (words.isEmpty()) {
      System.out.println(
          "select what to measure: " + contents.words() + "; or write " + RENDER + " or " + KILLS);
      status = 2;
    } else if (words.equals(List.of(RENDER))) {
      render(contents, Figures.read(Checkout.figures()));
      status = 0;
    } else if (words.equals(List.of(KILLS))) {
      status = IcebergIoKills.run(quick);
    } else {
      status = measure(contents, words, quick);
    }
    System.exit(status);
  }

  private static int measure(Contents contents, List<String> words, boolean quick)
      throws IOException {
    int status = 0;
    long began = System.nanoTime();
    try (TemporaryFolder folder = TemporaryFolder.create("benchmarks")) {
      System.setProperty("weir.log", folder.path().resolve("benchmarks.log").toString());
      for (Comparison comparison : contents.selected(words)) {
        try {
          keep(contents, comparison, quick);
        } catch (Exception e) {
          // The others are worth measuring, too.
          System.out.println(comparison.layout().id() + " failed: " + e);
          status = 1;
        }
      }
    } catch (IllegalArgumentException e) {
      System.out.println(e.getMessage());
      return 2;
    }
    System.out.println("all took " + (System.nanoTime() - began) / 60_000_000_000L + " minutes");
    return status;
  }

  private static void keep(Contents contents, Comparison comparison, boolean quick)
      throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.create("comparison")) {
      Bench bench = new Bench(folder.path(), quick);
      Figures figures =
          Figures.read(Checkout.figures())
              .with(comparison.layout().id(), new Measurement(bench).measure(comparison));
      figures.write(Checkout.figures());
      render(contents, figures);
    }
  }

  private static void render(Contents contents, Figures figures) throws IOException {
    Files.writeString(Checkout.page(), new Page(contents.sections(), figures).text());
  }
}
