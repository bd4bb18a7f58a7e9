package dev.weir.it.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.beam.runners.flink.translation.types.CoderTypeSerializer;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.core.memory.DataOutputViewStreamWrapper;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.filesystem.RelativeFileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.shaded.guava31.com.google.common.hash.Hashing;
import org.apache.flink.util.StringUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots that were made to do harm to whoever inspects them. */
class CraftedSnapshotTest {
  private static final String STEP =
      "AskBureau/AskAboutFirst/AskAboutFirstArrived/ParMultiDo(AskAboutFirstArrived)";

  /** How often code of a class that no snapshot has was run. */
  private static final AtomicInteger RUN = new AtomicInteger();

  @TempDir private Path temporary;
  private Path folder;

  /** Runs code when it is deserialized, as gadgets do. */
  private static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      RUN.incrementAndGet();
    }
  }

  /** A coder, but one that brings something else. */
  private static final class BringsGadget extends CustomCoder<Integer> {
    private static final long serialVersionUID = 1;
    private final Gadget gadget = new Gadget();

    @Override
    public void encode(Integer value, OutputStream out) throws IOException {
      out.write(gadget.hashCode());
    }

    @Override
    public Integer decode(InputStream in) throws IOException {
      return in.read();
    }
  }

  /** Runs code when Flink creates it by its name. */
  public static final class CreatedByName implements TypeSerializerSnapshot<Integer> {
    public CreatedByName() {
      RUN.incrementAndGet();
    }

    @Override
    public int getCurrentVersion() {
      return 1;
    }

    @Override
    public void writeSnapshot(DataOutputView out) {}

    @Override
    public void readSnapshot(int version, DataInputView in, ClassLoader loader) {}

    @Override
    public TypeSerializer<Integer> restoreSerializer() {
      return IntSerializer.INSTANCE;
    }

    @Override
    public TypeSerializerSchemaCompatibility<Integer> resolveSchemaCompatibility(
        TypeSerializerSnapshot<Integer> before) {
      return TypeSerializerSchemaCompatibility.compatibleAsIs();
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    RUN.set(0);
    folder = Files.createDirectory(temporary.resolve("savepoint"));
    Files.writeString(temporary.resolve("secret"), "not part of the savepoint", UTF_8);
  }

  @Test
  void aFileByItsAbsolutePathIsNotOpened() {
    Path secret = temporary.resolve("secret");
    write(stream(new FileStateHandle(path(secret), 9)));

    assertOutside(secret.toString());
  }

  @Test
  void aFileByARelativePathThatLeavesTheFolderIsNotOpened() {
    write(stream(new RelativeFileStateHandle(path(folder), "../secret", 9)));

    assertOutside(temporary.resolve("secret").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs://name/secret", "http://localhost:1/secret", "s3://bucket/secret"})
  void aFileOfAnotherFileSystemIsNotOpened(String uri) {
    write(stream(new FileStateHandle(new org.apache.flink.core.fs.Path(uri), 9)));

    assertOutside(uri);
  }

  @Test
  void aSymbolicLinkThatLeavesTheFolderIsNotFollowed() throws IOException {
    Files.createSymbolicLink(folder.resolve("state"), temporary.resolve("secret"));
    write(stream(new RelativeFileStateHandle(path(folder), "state", 9)));

    assertOutside(folder.resolve("state").toString());
  }

  @Test
  void aSymbolicLinkInPlaceOfTheMetadataIsNotFollowed() throws IOException {
    Files.createSymbolicLink(folder.resolve("_metadata"), temporary.resolve("secret"));

    assertOutside(folder.resolve("_metadata").toString());
  }

  @Test
  void aFolderInPlaceOfAFileIsNotOpened() throws IOException {
    Files.createDirectory(folder.resolve("state"));
    write(stream(new RelativeFileStateHandle(path(folder), "state", 9)));

    assertRefused("names " + folder.resolve("state") + ", which is not a file");
  }

  @Test
  void aFileInAFolderThatTheUserNamesIsOpened() {
    write(stream(new FileStateHandle(path(temporary.resolve("secret")), 9)));

    Inspection inspection = inspect("--filesIn=" + temporary);

    assertThat(inspection.status(), is(1));
    assertThat(inspection.errors().size(), is(1));
    assertThat(
        inspection.errors().get(0), startsWith("--savepoint: " + folder + " cannot be read: "));
  }

  @Test
  void aCheckpointsFilesMayBeBesideIt() throws IOException {
    folder = Files.createDirectory(temporary.resolve("chk-7"));
    Path shared = Files.createDirectory(temporary.resolve("shared"));
    write(stream(new FileStateHandle(path(shared.resolve("state")), 9)));

    assertRefused("lacks one of its files: " + shared.resolve("state"));

    Files.delete(shared);
    Files.createSymbolicLink(shared, Files.createDirectory(temporary.resolve("elsewhere")));
    Files.createFile(shared.resolve("state"));
    assertOutside(shared.resolve("state").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../planted", "/tmp/weir-planted", "..", "a/b", ""})
  void noFileIsWrittenOutsideOfTheTemporaryFolder(String name) throws IOException {
    StreamStateHandle meta = new ByteStreamStateHandle("meta", header(IntSerializer.INSTANCE));
    StreamStateHandle planted = new ByteStreamStateHandle("planted", new byte[] {1});
    write(
        new IncrementalRemoteKeyedStateHandle(
            new UUID(0, 0),
            new KeyGroupRange(0, 0),
            1,
            List.of(),
            List.of(HandleAndLocalPath.of(planted, name)),
            meta));

    assertRefused("has a file of RocksDB with an invalid name, " + name);
  }

  @Test
  void noForeignObjectInTheMetadataIsDeserialized() throws IOException {
    writeWithProperties(serialized(new Gadget()));

    assertRefused(
        "names the class "
            + Gadget.class.getName()
            + ", which no snapshot of Weir has; nothing of it was run");
    assertThat(RUN.get(), is(0));
  }

  @Test
  void noForeignObjectInACoderIsDeserialized() throws IOException {
    write(stream(bytes(header(new CoderTypeSerializer<>(new BringsGadget(), false)))));

    assertRefused(
        "names the class "
            + Gadget.class.getName()
            + ", which no snapshot of Weir has; nothing of it was run");
    assertThat(RUN.get(), is(0));
  }

  @Test
  void noForeignClassIsCreatedByItsName() throws IOException {
    String named = CreatedByName.class.getName();
    byte[] header = header(IntSerializer.INSTANCE);
    byte[] crafted =
        replaced(
            header,
            "org.apache.flink.api.common.typeutils.base.IntSerializer$IntSerializerSnapshot",
            named);
    write(stream(bytes(crafted)));

    assertRefused(
        "names the class " + named + ", which no snapshot of Weir has; nothing of it was run");
    assertThat(RUN.get(), is(0));
  }

  @Test
  void anObjectThatIsNestedTooDeeplyIsNotDeserialized() throws IOException {
    Object nested = List.of();
    for (int n = 0; n < 200; n++) {
      nested = new ArrayList<>(List.of(nested));
    }
    writeWithProperties(serialized(nested));

    assertRefused(
        "names an object that is larger than any of a snapshot, which no snapshot of Weir has;"
            + " nothing of it was run");
  }

  @Test
  void aSizeThatDoesNotFitIntoMemoryIsAnError() throws IOException {
    byte[] header = header(new CoderTypeSerializer<>(new BringsGadget(), false));
    // The number of bytes of the coder follows the name and the version of its snapshot.
    String name =
        "org.apache.beam.runners.flink.translation.types.UnversionedTypeSerializerSnapshot";
    int at = new String(header, ISO_8859_1).indexOf(name);
    Arrays.fill(header, at + name.length() + 4, at + name.length() + 5, (byte) 0x7f);
    write(stream(bytes(header)));

    assertRefused("is damaged: it states a size that does not fit into memory");
  }

  @Test
  void aTruncatedFileOfStateIsNamed() throws IOException {
    byte[] header = header(new CoderTypeSerializer<>(new BringsGadget(), false));
    write(stream(bytes(Arrays.copyOf(header, header.length / 2))));

    assertRefused("ends early");
  }

  @Test
  void truncatedMetadataIsAnErrorWhereverItEnds() throws IOException {
    write(stream(bytes(header(IntSerializer.INSTANCE))));
    byte[] whole = Files.readAllBytes(folder.resolve("_metadata"));
    for (int length = 4; length < whole.length; length += 13) {
      Files.write(folder.resolve("_metadata"), Arrays.copyOf(whole, length));

      Inspection inspection = inspect();

      assertThat("of " + length + " bytes", inspection.status() > 0, is(true));
      assertThat(inspection.errors().size(), is(1));
      assertThat(inspection.errors().get(0), startsWith("--savepoint: " + folder));
    }
  }

  /** The last part of the metadata is an object, serialized by Java. */
  private void writeWithProperties(byte[] properties) throws IOException {
    write(stream(bytes(header(IntSerializer.INSTANCE))));
    byte[] whole = Files.readAllBytes(folder.resolve("_metadata"));
    int start = new String(whole, ISO_8859_1).lastIndexOf("\u00ac\u00ed\0\5");
    try (OutputStream out = metadata()) {
      out.write(whole, 0, start);
      out.write(properties);
    }
  }

  private static byte[] replaced(byte[] bytes, String name, String by) throws IOException {
    String text = new String(bytes, ISO_8859_1);
    ByteArrayOutputStream from = new ByteArrayOutputStream();
    new DataOutputStream(from).writeUTF(name);
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    new DataOutputStream(to).writeUTF(by);
    String replaced = text.replace(from.toString(ISO_8859_1), to.toString(ISO_8859_1));
    assertThat(replaced.equals(text), is(false));
    return replaced.getBytes(ISO_8859_1);
  }

  /** The beginning of keyed state. */
  private static byte[] header(TypeSerializer<?> keys) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new KeyedBackendSerializationProxy<>(keys, List.of(), false)
        .write(new DataOutputViewStreamWrapper(out));
    return out.toByteArray();
  }

  private static StreamStateHandle bytes(byte[] bytes) {
    return new ByteStreamStateHandle("state", bytes);
  }

  private static KeyedStateHandle stream(StreamStateHandle handle) {
    return new KeyGroupsStateHandle(new KeyGroupRangeOffsets(0, 0, new long[] {1}), handle);
  }

  private static org.apache.flink.core.fs.Path path(Path path) {
    return new org.apache.flink.core.fs.Path(path.toUri());
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private OutputStream metadata() throws IOException {
    return Files.newOutputStream(folder.resolve("_metadata"));
  }

  /** Writes metadata of one step with this state. */
  private void write(KeyedStateHandle state) {
    OperatorID id =
        new OperatorID(
            StringUtils.hexStringToByte(Hashing.murmur3_128(0).hashString(STEP, UTF_8).toString()));
    OperatorState step = new OperatorState(id, 1, 128);
    step.putState(
        0,
        OperatorSubtaskState.builder()
            .setManagedKeyedState(new StateObjectCollection<>(List.of(state)))
            .build());
    try (OutputStream out = metadata()) {
      Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(1, List.of(step), List.of()), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Inspection inspect(String... more) {
    return Inspection.run(
        Stream.concat(
                Stream.of("--savepoint=" + folder, "--pipeline=loan-decisions"),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  private void assertOutside(String file) {
    assertRefused(
        "names a file outside of its folder, "
            + file
            + "; if this file belongs to the snapshot, give its folder in --filesIn");
  }

  private void assertRefused(String why) {
    Inspection inspection = inspect();
    assertThat(inspection.errors(), contains("--savepoint: " + folder + " " + why));
    assertThat(inspection.lines(), empty());
    assertThat(inspection.status(), is(1));
  }
}
