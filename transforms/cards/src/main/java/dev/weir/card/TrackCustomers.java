package dev.weir.card;

import dev.weir.cdc.TrackChanges;
import dev.weir.cdc.TrackedChanges;
import dev.weir.encoding.SingleObjectCoder;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * Keeps the changes of customers that are news: each once, and of one customer in order. What is
 * older than a customer's last change, or a repeat of it, is dropped and counted.
 */
public final class TrackCustomers
    extends PTransform<PCollection<CustomerChange>, TrackedChanges<CustomerChange>> {
  private static final long serialVersionUID = 1L;
  private static final String TABLE = "customers";

  private final int shards;

  private TrackCustomers(int shards) {
    this.shards = shards;
  }

  /**
   * @param shards how many places the customers are spread over
   */
  public static TrackCustomers inShards(int shards) {
    return new TrackCustomers(shards);
  }

  @Override
  public TrackedChanges<CustomerChange> expand(PCollection<CustomerChange> changes) {
    return changes.apply(
        "Track",
        TrackChanges.by(
            new CustomerTracker(),
            TrackedCustomer.class,
            SingleObjectCoder.of(CustomerChange.class),
            TABLE,
            shards));
  }
}
