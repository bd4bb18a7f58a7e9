package dev.weir.card;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.SingleObjectCoder;
import java.util.Map;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/** Converts changes of customers to a changelog by {@code account_number}. */
public final class KeepCustomers
    extends PTransform<PCollection<CustomerChange>, PCollection<RowChange<Customer>>> {
  private static final long serialVersionUID = 1L;

  private KeepCustomers() {}

  public static KeepCustomers asRows() {
    return new KeepCustomers();
  }

  @Override
  public PCollection<RowChange<Customer>> expand(PCollection<CustomerChange> changes) {
    return changes
        .apply(
            "ToRow",
            MapElements.into(new TypeDescriptor<RowChange<Customer>>() {}).via(KeepCustomers::row))
        .setCoder(RowChangeCoder.of(SingleObjectCoder.of(Customer.class)));
  }

  private static RowChange<Customer> row(CustomerChange change) {
    Position position = new Position(change.getRevision(), 0);
    return change.getCustomer() == null
        ? RowChange.delete(
            Customer.class, Map.of("account_number", change.getAccountNumber()), position)
        : RowChange.upsert(change.getCustomer(), position);
  }
}
