package dev.weir.card;

import dev.weir.cdc.Routes;
import dev.weir.cdc.TrackChanges;
import dev.weir.cdc.TrackedChanges;
import dev.weir.encoding.SingleObjectCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Emits each new change of a customer once, in order for each customer. A change that is older than
 * the customer's last change, or a repeat of it, is dropped and counted.
 */
public final class TrackCustomers
    extends PTransform<PCollection<CustomerChange>, TrackCustomers.Tracked> {
  private static final long serialVersionUID = 1L;
  private static final String TABLE = "customers";
  static final TupleTag<CustomerChange> CHANGES = new TupleTag<>("changes");

  /** The new changes of customers. */
  public record Tracked(PCollectionTuple outputs) implements TrackedChanges {
    public PCollection<CustomerChange> changes() {
      return outputs.get(CHANGES);
    }
  }

  private final int shards;

  private TrackCustomers(int shards) {
    this.shards = shards;
  }

  /**
   * @param shards the number of shards for the customers
   */
  public static TrackCustomers inShards(int shards) {
    return new TrackCustomers(shards);
  }

  @Override
  public Tracked expand(PCollection<CustomerChange> changes) {
    PCollectionTuple outputs =
        changes.apply(
            "Track",
            TrackChanges.by(
                new CustomerTracker(), TrackedCustomer.class, Routes.to(CHANGES), TABLE, shards));
    outputs.get(CHANGES).setCoder(SingleObjectCoder.of(CustomerChange.class));
    return new Tracked(outputs);
  }
}
