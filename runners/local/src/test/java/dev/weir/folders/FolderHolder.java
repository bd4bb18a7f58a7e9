package dev.weir.folders;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process with a temporary folder, which it prints; it ends when its input does. */
final class FolderHolder {
  private FolderHolder() {}

  /**
   * @param arguments the folder to create the temporary one in
   */
  public static void main(String[] arguments) throws IOException {
    TemporaryFolder folder = TemporaryFolder.create(Path.of(arguments[0]), "test");
    Path state = Files.createDirectories(folder.path().resolve("checkpoints/1"));
    Files.writeString(state.resolve("state"), "900-01-0001");
    folder.usedBy(() -> Files.writeString(state.resolve("last"), "written while it stops"));
    System.out.println(folder.path());
    if (System.in.read() < 0) {
      folder.close();
    }
  }
}
