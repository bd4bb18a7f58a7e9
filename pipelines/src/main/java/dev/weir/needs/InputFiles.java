package dev.weir.needs;

import dev.weir.files.FilePattern;
import dev.weir.ports.Port;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;

/** Input files: at least one exists, and all can be opened. */
record InputFiles(String option, Port.Files files) implements Need {
  @Override
  public String address() {
    return files.path();
  }

  FilePattern pattern() {
    return files.avro()
        ? FilePattern.ofContainers(files.path())
        : FilePattern.ofLines(files.path());
  }

  @Override
  public List<String> problems() {
    try {
      pattern().files();
      return List.of();
    } catch (FileNotFoundException e) {
      return problem(e.getMessage() + "; check the path");
    } catch (IOException e) {
      return problem(e.getMessage());
    }
  }

  /**
   * Reports nothing: opening so many files takes longer than the check may take, and the job opens
   * all of them before it reads any.
   */
  @Override
  public List<String> unanswered() {
    return List.of();
  }
}
