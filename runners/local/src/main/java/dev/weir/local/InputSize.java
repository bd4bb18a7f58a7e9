package dev.weir.local;

import dev.weir.files.FilePattern;
import dev.weir.needs.Needs;
import dev.weir.ports.PortException;
import dev.weir.progress.FilePart;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The input files of a job as they are before it starts; none for a live job.
 *
 * @param files the files of the inputs that are files, by option
 * @param complete whether the job has no other inputs
 */
record InputSize(Map<String, List<FilePart>> files, boolean complete) {
  private static final Pattern COMPRESSED =
      Pattern.compile(".*\\.(gz|bz2|zst|zstd|deflate|zlib)", Pattern.DOTALL);

  /**
   * @throws PortException if a file cannot be found or opened
   */
  static InputSize of(Needs needs) {
    Map<String, List<FilePart>> files = new LinkedHashMap<>();
    if (needs.isLive()) {
      return new InputSize(files, false);
    }
    for (Map.Entry<String, FilePattern> input : needs.inputFiles().entrySet()) {
      try {
        files.put(input.getKey(), input.getValue().parts());
      } catch (IOException e) {
        throw new PortException("--" + input.getKey() + ": " + e.getMessage());
      }
    }
    return new InputSize(files, needs.readsOnlyFiles());
  }

  /**
   * The size of all inputs in bytes. Empty if it is not known: if an input is not a file, or a
   * file's name ends like that of a compressed file.
   */
  OptionalLong bytes() {
    List<FilePart> all = files.values().stream().flatMap(List::stream).toList();
    return complete && all.stream().noneMatch(part -> COMPRESSED.matcher(part.file()).matches())
        ? OptionalLong.of(all.stream().mapToLong(FilePart::length).sum())
        : OptionalLong.empty();
  }
}
