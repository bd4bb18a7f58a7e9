package dev.weir.savedstate;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/**
 * The folder of a snapshot. A snapshot names its files, by any path; only those in its own folder
 * are opened. For a retained checkpoint, {@code chk-<n>}, these include the folders in which its
 * job keeps the files of several checkpoints.
 */
final class SnapshotFolder {
  /** Where a job keeps files that belong to more than one checkpoint, beside {@code chk-<n>}. */
  private static final List<String> OF_THE_JOB = List.of("shared", "taskowned");

  private final List<Path> folders = new ArrayList<>();

  /**
   * @param folder the folder with the file {@code _metadata}
   * @param more further folders that may contain files of the snapshot
   * @throws FileNotFoundException if a folder does not exist
   */
  SnapshotFolder(URI folder, List<Path> more) throws IOException {
    Path own = real(local(folder));
    folders.add(own);
    if (own.getParent() != null && own.getFileName().toString().matches("chk-\\d+")) {
      // Not resolved: a symbolic link of this name leaves the folder of the job.
      OF_THE_JOB.forEach(name -> folders.add(own.getParent().resolve(name)));
    }
    for (Path each : more) {
      folders.add(real(each));
    }
  }

  private static Path real(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new FileNotFoundException(folder.toString());
    }
    return folder.toRealPath();
  }

  private static Path local(URI uri) {
    if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
      throw new UnreadableSnapshot("is not on a local path; copy it to one");
    }
    return Path.of(uri.getPath()).toAbsolutePath().normalize();
  }

  /**
   * Opens a file of the snapshot, or what the snapshot holds instead of a small file.
   *
   * @throws UnreadableSnapshot if the file is outside of the folders
   */
  FSDataInputStream open(StreamStateHandle handle) throws IOException {
    if (handle instanceof FileStateHandle file) {
      check(file.getFilePath().toUri());
    } else if (!(handle instanceof ByteStreamStateHandle)) {
      throw new UnreadableSnapshot(
          "has state in an unknown format: " + handle.getClass().getSimpleName());
    }
    return handle.openInputStream();
  }

  /** Opens the metadata of the snapshot. */
  InputStream openMetadata(FileStateHandle metadata, long mostBytes) throws IOException {
    FSDataInputStream in = open(metadata);
    if (metadata.getStateSize() > mostBytes) {
      in.close();
      throw new UnreadableSnapshot(
          "has " + metadata.getStateSize() + " bytes of metadata, more than any job writes");
    }
    return in;
  }

  private void check(URI uri) throws IOException {
    if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
      throw outside(uri.toString());
    }
    Path file;
    try {
      file = local(uri);
    } catch (InvalidPathException e) {
      throw outside("with an invalid name");
    }
    // The folder itself may have been given by another name; only its files must not lead away.
    Path known = Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? realOrSame(file) : inReal(file);
    if (folders.stream().noneMatch(known::startsWith)) {
      throw outside(file.toString());
    }
    if (!Files.exists(known)) {
      throw new FileNotFoundException(file.toString());
    }
    if (!Files.isRegularFile(known)) {
      throw new UnreadableSnapshot("names " + file + ", which is not a file");
    }
  }

  /** Returns the file without symbolic links; a link that leads nowhere stays as it is. */
  private static Path realOrSame(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file;
  }

  /** Returns a missing file in the real path of its folder. */
  private static Path inReal(Path file) throws IOException {
    Path folder = file.getParent();
    return folder != null && Files.isDirectory(folder)
        ? folder.toRealPath().resolve(file.getFileName())
        : file;
  }

  private static UnreadableSnapshot outside(String file) {
    return new UnreadableSnapshot(
        "names a file outside of its folder, "
            + file
            + "; if this file belongs to the snapshot, give its folder in --filesIn");
  }
}
