package dev.weir.encoding;

import java.io.Serializable;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Refers to a generated class by its name. Coders are part of Flink's snapshots in Java
 * serialization, which writes a class with its {@code serialVersionUID}, and Avro derives that from
 * the schema. A snapshot that contained the class itself could no longer be read after the schema
 * has changed.
 *
 * @param <T> a class generated from an Avro schema
 */
final class RecordType<T extends SpecificRecordBase> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private transient volatile Class<T> type;

  RecordType(Class<T> type) {
    this.name = type.getName();
    this.type = type;
  }

  String name() {
    return name;
  }

  /**
   * Loads the class as it is in this job.
   *
   * @throws IllegalStateException if there is no class of that name
   */
  Class<T> load() {
    Class<T> loaded = type;
    if (loaded == null) {
      loaded = find();
      type = loaded;
    }
    return loaded;
  }

  @SuppressWarnings("unchecked")
  private Class<T> find() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    try {
      if (context != null) {
        return (Class<T>) checked(Class.forName(name, false, context));
      }
    } catch (ClassNotFoundException e) {
      // Not every thread of a worker has the job's class loader; the loader of the coders finds the
      // class.
    }
    try {
      return (Class<T>) checked(Class.forName(name, false, RecordType.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "class "
              + name
              + ", which a snapshot references, does not exist; a record in state must keep its"
              + " name",
          e);
    }
  }

  /** The name may come from a snapshot of any origin, so no code of another class may run. */
  private static Class<?> checked(Class<?> found) {
    return found.asSubclass(SpecificRecordBase.class);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordType<?> that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
