package dev.weir.ordering;

import dev.weir.encoding.RecordBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StructuredCoder;
import org.apache.beam.sdk.util.VarInt;

/** Encodes pages in keyed state: a change here changes the format of savepoints. */
final class PageCoder extends StructuredCoder<Page> {
  private static final long serialVersionUID = 1L;

  private final Coder<RecordBlock> blocks;

  private PageCoder(Coder<RecordBlock> blocks) {
    this.blocks = Objects.requireNonNull(blocks);
  }

  static PageCoder of(Coder<RecordBlock> blocks) {
    return new PageCoder(blocks);
  }

  @Override
  public void encode(Page page, OutputStream out) throws IOException {
    VarInt.encode(page.children(), out);
    if (page.children() == 0) {
      VarInt.encode(page.sweeps().size(), out);
      for (long at : page.sweeps()) {
        VarInt.encode(at, out);
      }
      blocks.encode(page.records(), out);
    }
  }

  @Override
  public Page decode(InputStream in) throws IOException {
    int children = VarInt.decodeInt(in);
    if (children != 0) {
      return Page.branch(children);
    }
    Long[] sweeps = new Long[VarInt.decodeInt(in)];
    for (int n = 0; n < sweeps.length; n++) {
      sweeps[n] = VarInt.decodeLong(in);
    }
    return Page.leaf(List.of(sweeps), blocks.decode(in));
  }

  @Override
  public List<? extends Coder<?>> getCoderArguments() {
    return List.of(blocks);
  }

  @Override
  public void verifyDeterministic() throws NonDeterministicException {
    blocks.verifyDeterministic();
  }
}
