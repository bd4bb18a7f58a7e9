package dev.weir.demo;

import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * The local file system, with the permissions that files have by themselves. For each file, Hadoop
 * starts a {@code chmod}, which takes a Ctrl-C in the terminal to be meant for it; the file is not
 * written then, and the job that is to end in order has failed.
 */
public final class PlainFiles extends LocalFileSystem {
  /** Made by Hadoop, by the name of this class. */
  public PlainFiles() {
    super(new WithoutPermissions());
  }

  private static final class WithoutPermissions extends RawLocalFileSystem {
    @Override
    public void setPermission(Path file, FsPermission permission) {}
  }
}
