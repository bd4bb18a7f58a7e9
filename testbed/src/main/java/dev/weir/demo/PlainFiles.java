package dev.weir.demo;

import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * A local file system that leaves files with their default permissions. Otherwise Hadoop starts a
 * {@code chmod} process for each file. Ctrl-C in the terminal interrupts that process too; the file
 * is then not written, and the job fails instead of stopping in order.
 */
public final class PlainFiles extends LocalFileSystem {
  /** Called by Hadoop by reflection. */
  public PlainFiles() {
    super(new WithoutPermissions());
  }

  private static final class WithoutPermissions extends RawLocalFileSystem {
    @Override
    public void setPermission(Path file, FsPermission permission) {}
  }
}
