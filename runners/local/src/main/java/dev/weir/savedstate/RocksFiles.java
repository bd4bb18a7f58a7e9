package dev.weir.savedstate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.folders.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.flink.contrib.streaming.state.RocksDBKeyedStateBackend;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.runtime.state.CompositeKeySerializationUtils;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Keyed state as RocksDB's own files: incremental checkpoints and native savepoints. Copies the
 * files to a separate folder and opens the database there read-only.
 *
 * @param prefix number of bytes of the key group before each key
 */
record RocksFiles(IncrementalRemoteKeyedStateHandle handle, SnapshotFolder source, int prefix) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  void read(ClassLoader loader, Consumer<SavedEntry> out) throws IOException {
    DataLayout layout;
    try (InputStream in = source.open(handle.getMetaDataStateHandle())) {
      layout = DataLayout.read(in, loader);
    }
    try (TemporaryFolder temporary = TemporaryFolder.create("saved-state")) {
      Path folder = Files.createDirectory(temporary.path().resolve("database"));
      copy(handle.getSharedState(), folder);
      copy(handle.getPrivateState(), folder);
      RocksDB.loadLibrary();
      read(folder, layout.states().stream().filter(state -> !state.isQueue()).toList(), out);
    } catch (RocksDBException e) {
      throw new IOException("RocksDB cannot read the files of the snapshot", e);
    }
  }

  private void copy(List<HandleAndLocalPath> files, Path folder) throws IOException {
    for (HandleAndLocalPath file : files) {
      if (!NAME.matcher(file.getLocalPath()).matches()) {
        throw new UnreadableSnapshot(
            "has a file of RocksDB with an invalid name, " + file.getLocalPath());
      }
      try (InputStream in = source.open(file.getHandle())) {
        Files.copy(in, folder.resolve(file.getLocalPath()));
      }
    }
  }

  private void read(Path folder, List<StateLayout> states, Consumer<SavedEntry> out)
      throws IOException, RocksDBException {
    try (DBOptions options = new DBOptions();
        ColumnFamilyOptions lists =
            new ColumnFamilyOptions()
                .setMergeOperatorName(RocksDBKeyedStateBackend.MERGE_OPERATOR_NAME)) {
      List<ColumnFamilyDescriptor> families = new ArrayList<>();
      families.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, lists));
      states.forEach(
          state -> families.add(new ColumnFamilyDescriptor(state.name().getBytes(UTF_8), lists)));
      List<ColumnFamilyHandle> opened = new ArrayList<>();
      try (RocksDB database = RocksDB.openReadOnly(options, folder.toString(), families, opened)) {
        try {
          for (int n = 0; n < states.size(); n++) {
            read(database, opened.get(n + 1), states.get(n), out);
          }
        } finally {
          opened.forEach(ColumnFamilyHandle::close);
        }
      }
    }
  }

  private void read(
      RocksDB database, ColumnFamilyHandle family, StateLayout state, Consumer<SavedEntry> out)
      throws IOException, RocksDBException {
    try (RocksIterator pairs = database.newIterator(family)) {
      for (pairs.seekToFirst(); pairs.isValid(); pairs.next()) {
        byte[] key = pairs.key();
        // After a change of parallelism, the files may still contain groups of other subtasks.
        int group =
            CompositeKeySerializationUtils.readKeyGroup(prefix, new DataInputDeserializer(key));
        if (handle.getKeyGroupRange().contains(group)) {
          state.decodePair(key, pairs.value(), prefix, out);
        }
      }
      pairs.status();
    }
  }
}
