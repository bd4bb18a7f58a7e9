package dev.weir.needs;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;

/**
 * Files of which there is one at least, and which can be opened.
 *
 * @param address a path or glob; of a folder, its files
 */
record InputFiles(String option, String address) implements Need {
  @Override
  public List<String> problems() {
    List<Metadata> files;
    try {
      files = FileSystems.match(address, EmptyMatchTreatment.ALLOW).metadata();
      if (files.size() == 1 && files.get(0).resourceId().isDirectory()) {
        String inside = files.get(0).resourceId() + "*";
        files = FileSystems.match(inside, EmptyMatchTreatment.ALLOW).metadata();
      }
    } catch (IOException | RuntimeException e) {
      return problem(address + " cannot be listed: " + e.getMessage());
    }
    if (files.isEmpty()) {
      return problem("no file matches " + address + "; check the path");
    }
    long end = System.nanoTime() + Reach.PATIENCE.toNanos();
    for (Metadata file : files) {
      if (System.nanoTime() - end > 0) {
        // So many that the rest is left to the job.
        return List.of();
      }
      if (!file.resourceId().isDirectory()) {
        try {
          FileSystems.open(file.resourceId()).close();
        } catch (IOException e) {
          return problem(file.resourceId() + " cannot be opened: " + e.getMessage());
        }
      }
    }
    return List.of();
  }
}
