package dev.weir.ports;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** The arguments of every job that may use folders of the machine that submits it. */
public interface FolderOptions extends PipelineOptions {
  @Description(
      "For a cluster on other machines (--flinkMaster): states that each of its workers, and this"
          + " machine, see the same files under the local paths of the other options, such as"
          + " --ledger's ./warehouse. Set it only if whoever runs the cluster has mounted a shared"
          + " file system there; otherwise each worker writes to a disk of its own")
  boolean getSharedFolders();

  void setSharedFolders(boolean shared);
}
