package dev.weir.files;

import java.util.Locale;
import org.apache.beam.sdk.io.FileBasedSink.FilenamePolicy;
import org.apache.beam.sdk.io.FileBasedSink.OutputFileHints;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;

/**
 * Names the files of a folder {@code part-00000-of-00002.jsonl} in every locale. Beam's own policy
 * formats the numbers with the digits of the default locale, and another reader may not find such
 * files.
 */
final class PartNames extends FilenamePolicy {
  private static final long serialVersionUID = 1L;

  private final String folder;
  private final String suffix;

  PartNames(String folder, String suffix) {
    this.folder = folder;
    this.suffix = suffix;
  }

  /** Returns where the files go. */
  ResourceId folder() {
    return FileSystems.matchNewResource(folder, true);
  }

  @Override
  public ResourceId unwindowedFilename(int shard, int shards, OutputFileHints hints) {
    String name = String.format(Locale.ROOT, "part-%05d-of-%05d%s", shard, shards, suffix);
    return folder().resolve(name, StandardResolveOptions.RESOLVE_FILE);
  }

  @Override
  public ResourceId windowedFilename(
      int shard, int shards, BoundedWindow window, PaneInfo pane, OutputFileHints hints) {
    throw new UnsupportedOperationException("a folder is written once, after all input is read");
  }
}
