package dev.weir.kafka.once;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.changelog.Position;

/**
 * An element of a test.
 *
 * @param identity null in a changelog
 * @param content null for a deletion
 * @param revision null in a stream
 */
record Item(String key, String identity, String content, Position revision) {
  static Item inStream(String key, String identity, String content) {
    return new Item(key, identity, content, null);
  }

  static Item inChangelog(String key, String content, long revision) {
    return new Item(key, null, content, new Position(revision, 0));
  }

  byte[] encoded() {
    return String.join(
            "|",
            key,
            "" + identity,
            "" + content,
            revision == null ? "" : revision.major() + "." + revision.minor())
        .getBytes(UTF_8);
  }

  static Item decoded(byte[] bytes) {
    String[] fields = new String(bytes, UTF_8).split("\\|", -1);
    return new Item(
        fields[0],
        fields[1].equals("null") ? null : fields[1],
        fields[2].equals("null") ? null : fields[2],
        fields[3].isEmpty() ? null : position(fields[3].split("\\.")));
  }

  private static Position position(String[] numbers) {
    return new Position(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]));
  }

  /** How items are published. */
  record Form() implements PublishedForm<Item> {
    private static final long serialVersionUID = 1L;

    @Override
    public String key(Item item) {
      return item.key();
    }

    @Override
    public byte[] value(Item item) {
      return item.content() == null ? null : item.content().getBytes(UTF_8);
    }

    @Override
    public String identity(Item item) {
      return item.identity();
    }

    @Override
    public Position revision(Item item) {
      return item.revision();
    }

    @Override
    public Item at(Item item, Position revision) {
      return new Item(item.key(), item.identity(), item.content(), revision);
    }

    @Override
    public Item read(String key, byte[] value, byte[] more, RecordTag tag) {
      return new Item(
          key, tag.identity(), value == null ? null : new String(value, UTF_8), tag.revision());
    }
  }
}
