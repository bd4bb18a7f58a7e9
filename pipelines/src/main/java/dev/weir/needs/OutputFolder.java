package dev.weir.needs;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** A folder that can be written to; created if it is missing. */
record OutputFolder(String option, String address) implements Need {
  @Override
  public List<String> problems() {
    try {
      Path folder = Files.createDirectories(Path.of(address));
      Files.delete(Files.createTempFile(folder, ".weir-", ""));
      return List.of();
    } catch (FileAlreadyExistsException e) {
      return problem(
          "the folder " + address + " cannot be created: " + e.getMessage() + " is a file");
    } catch (IOException | InvalidPathException e) {
      return problem("the folder " + address + " cannot be written to: " + reason(e));
    }
  }

  private static String reason(Exception e) {
    // The message of such an exception is the path alone.
    return e instanceof java.nio.file.AccessDeniedException
        ? "access to " + e.getMessage() + " is denied"
        : String.valueOf(e.getMessage());
  }
}
