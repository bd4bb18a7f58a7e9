package dev.weir.needs;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * A local path that the workers of a cluster on other machines use, too.
 *
 * @param cluster the address of the cluster
 * @param shared whether the user states that every worker sees the same files there
 */
record WorkerFolder(String option, String address, String cluster, boolean shared) implements Need {
  @Override
  public List<String> problems() {
    if (!shared) {
      return problem(
          address
              + " is a path on this machine, and the workers of the cluster at "
              + cluster
              + " are on others; use a topic or a remote catalog, leave out --flinkMaster, or add"
              + " --sharedFolders if every worker sees the same files there");
    }
    if (!isAbsolute()) {
      return problem(
          address
              + " is relative, and each worker of the cluster at "
              + cluster
              + " has a working folder of its own; write the absolute path of the shared folder");
    }
    return List.of();
  }

  private boolean isAbsolute() {
    try {
      return address.startsWith("file:/") || Path.of(address).isAbsolute();
    } catch (InvalidPathException e) {
      // Another check reports it.
      return true;
    }
  }
}
