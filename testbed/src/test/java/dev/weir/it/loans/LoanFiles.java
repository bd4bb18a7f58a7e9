package dev.weir.it.loans;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.loan.LoanApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.specific.SpecificDatumWriter;

/** Files that the pipeline reads and writes. */
public final class LoanFiles {
  private LoanFiles() {}

  /** Writes applications as JSON Lines, spread over three files whose names keep their order. */
  public static String writeLines(Path folder, List<Loan> loans) {
    int third = loans.size() / 3 + 1;
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < loans.size(); i += third) {
        List<String> lines =
            loans.subList(i, Math.min(i + third, loans.size())).stream().map(Loan::json).toList();
        Files.write(folder.resolve("part-" + i / third + ".jsonl"), lines, UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "file:" + folder + "/part-*.jsonl";
  }

  /** Writes the same applications as Avro containers. */
  static String writeContainers(Path folder, List<Loan> loans) {
    int third = loans.size() / 3 + 1;
    try {
      Files.createDirectories(folder);
      for (int i = 0; i < loans.size(); i += third) {
        try (DataFileWriter<LoanApplication> writer =
            new DataFileWriter<>(new SpecificDatumWriter<>(LoanApplication.class))) {
          writer.create(
              LoanApplication.getClassSchema(),
              folder.resolve("part-" + i / third + ".avro").toFile());
          for (Loan loan : loans.subList(i, Math.min(i + third, loans.size()))) {
            writer.append(loan.record());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "file:" + folder + "/part-*.avro";
  }

  /** Returns all lines of all files in a folder, unordered. */
  public static List<String> lines(Path folder) {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file, UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
