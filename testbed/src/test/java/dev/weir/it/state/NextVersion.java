package dev.weir.it.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.it.Program;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.avro.Schema;
import org.apache.avro.compiler.specific.SpecificCompiler;
import org.apache.avro.compiler.specific.SpecificCompiler.FieldVisibility;
import org.apache.avro.generic.GenericData.StringType;
import org.apache.avro.specific.SpecificData;

/**
 * A next version of Weir, in its own processes, in which some records have another field: their
 * classes, generated as in the build, and the new versions of their schemas come first on the class
 * path.
 */
final class NextVersion {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private NextVersion(Path folder) {
    this.folder = folder;
  }

  /**
   * Keeps the current schema of each record as version 1, and adds a field to it, before its other
   * fields, for version 2.
   *
   * @param folder an empty folder
   * @param field the field as in an {@code .avsc}
   * @param records their full names
   */
  static NextVersion with(Path folder, String field, List<String> records)
      throws IOException, ClassNotFoundException {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    Path classes = Files.createDirectories(folder.resolve("classes"));
    for (String record : records) {
      Schema current = SpecificData.get().getSchema(Class.forName(record));
      String next = next(current, field);
      Path history = Files.createDirectories(classes.resolve("schemas").resolve(record));
      Files.writeString(history.resolve("1.avsc"), current.toString());
      Files.writeString(history.resolve("2.avsc"), next);
      generate(next, sources);
    }
    compile(sources, classes);
    return new NextVersion(classes);
  }

  private static String next(Schema current, String field) throws IOException {
    ObjectNode schema = (ObjectNode) JSON.readTree(current.toString());
    // A reader that matches fields by position instead of by name would now misread all other
    // fields.
    ((ArrayNode) schema.get("fields")).insert(0, JSON.readTree(field));
    return schema.toPrettyString();
  }

  /** With the settings of the Avro plugin in the build. */
  private static void generate(String schema, Path sources) throws IOException {
    SpecificCompiler compiler = new SpecificCompiler(new Schema.Parser().parse(schema));
    compiler.setStringType(StringType.String);
    compiler.setFieldVisibility(FieldVisibility.PRIVATE);
    compiler.setEnableDecimalLogicalType(true);
    compiler.compileToDestination(null, sources.toFile());
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> all = Files.walk(sources);
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> java = all.filter(file -> file.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "-proc:none",
              "-nowarn",
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty("java.class.path"));
      boolean done =
          compiler
              .getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      if (!done) {
        throw new IllegalStateException("the classes of the next version cannot be compiled");
      }
    }
  }

  /**
   * Starts a program of that version.
   *
   * @param name the name of its files
   */
  Program start(String name, Class<?> main, List<String> arguments) {
    String classPath = folder + File.pathSeparator + System.getProperty("java.class.path");
    return Program.start(name, classPath, main.getName(), Map.of(), arguments);
  }
}
