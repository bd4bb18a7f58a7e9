package dev.weir.spend;

import com.google.common.primitives.Longs;
import dev.weir.encoding.SingleObjectCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;

/** Encodes a block as a {@link StoredBlock}, which carries its schema. */
final class BlockCoder extends CustomCoder<Block> {
  private static final long serialVersionUID = 1L;

  private final SingleObjectCoder<StoredBlock> stored = SingleObjectCoder.of(StoredBlock.class);

  @Override
  public void encode(Block block, OutputStream out) throws IOException {
    stored.encode(new StoredBlock(block.present(), Longs.asList(block.figures())), out);
  }

  @Override
  public Block decode(InputStream in) throws IOException {
    StoredBlock read = stored.decode(in);
    return new Block(read.getPresent(), Longs.toArray(read.getFigures()));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockCoder;
  }

  @Override
  public int hashCode() {
    return BlockCoder.class.hashCode();
  }
}
