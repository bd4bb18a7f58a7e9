package dev.weir.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The class of a record in one particular build of the project: compiled for a test and loaded by
 * its own class loader, together with the past schemas of the record. Its {@code serialVersionUID}
 * is the fingerprint of its schema, as in the classes that Avro generates.
 */
public final class CompiledRecord implements AutoCloseable {
  private static final String SOURCE =
      """
      package %s;
      public final class %s extends org.apache.avro.specific.SpecificRecordBase {
        private static final long serialVersionUID = %dL;
        public static final org.apache.avro.Schema SCHEMA$ =
            new org.apache.avro.Schema.Parser().parse("%s");
        private static final org.apache.avro.specific.SpecificData MODEL$ =
            new org.apache.avro.specific.SpecificData(%2$s.class.getClassLoader());
        private final Object[] values = new Object[SCHEMA$.getFields().size()];
        @Override public org.apache.avro.Schema getSchema() { return SCHEMA$; }
        @Override public Object get(int place) { return values[place]; }
        @Override public void put(int place, Object value) { values[place] = value; }
      }
      """;

  private final URLClassLoader loader;
  private final Class<? extends SpecificRecordBase> type;

  private CompiledRecord(URLClassLoader loader, String name) throws ClassNotFoundException {
    this.loader = loader;
    this.type = loader.loadClass(name).asSubclass(SpecificRecordBase.class);
  }

  /**
   * @param folder an empty folder
   * @param versions all schemas of the record, oldest first; the class has the last one
   */
  public static CompiledRecord of(Path folder, Schema... versions) throws Exception {
    Schema schema = versions[versions.length - 1];
    Path source = folder.resolve(schema.getName() + ".java");
    Files.writeString(
        source,
        String.format(
            Locale.ROOT,
            SOURCE,
            schema.getNamespace(),
            schema.getName(),
            SchemaNormalization.parsingFingerprint64(schema),
            schema.toString().replace("\\", "\\\\").replace("\"", "\\\"")));
    compile(folder, source);
    Path history = Files.createDirectories(folder.resolve("schemas/" + schema.getFullName()));
    for (int number = 1; number <= versions.length; number++) {
      Files.writeString(history.resolve(number + ".avsc"), versions[number - 1].toString());
    }
    URL[] place = {folder.toUri().toURL()};
    return new CompiledRecord(
        new URLClassLoader(place, CompiledRecord.class.getClassLoader()), schema.getFullName());
  }

  private static void compile(Path folder, Path source) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter output = new StringWriter();
    boolean done =
        compiler
            .getTask(
                output,
                null,
                null,
                List.of(
                    "-proc:none",
                    "-d",
                    folder.toString(),
                    "-classpath",
                    System.getProperty("java.class.path")),
                null,
                compiler
                    .getStandardFileManager(null, null, null)
                    .getJavaFileObjects(source.toFile()))
            .call();
    if (!done) {
      throw new IllegalStateException(output.toString());
    }
  }

  /** The class, typed as that of any record. */
  @SuppressWarnings("unchecked")
  public Class<SpecificRecordBase> type() {
    return (Class<SpecificRecordBase>) type;
  }

  /** Creates a record with these values, in the order of the schema's fields. */
  public SpecificRecordBase record(Object... values) throws ReflectiveOperationException {
    SpecificRecordBase record = type.getDeclaredConstructor().newInstance();
    for (int place = 0; place < values.length; place++) {
      record.put(place, values[place]);
    }
    return record;
  }

  /** Runs work as a thread of a job of that build would. */
  public <R> R call(Callable<R> work) throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return work.call();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
