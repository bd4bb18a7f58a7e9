package dev.weir.iceberg.testing;

import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local disk without checksums, and without a {@code chmod} process for every new file. */
public final class PlainLocalFiles extends RawLocalFileSystem {
  @Override
  public void setPermission(Path path, FsPermission permission) {
    // The process's umask is good enough for a test.
  }
}
