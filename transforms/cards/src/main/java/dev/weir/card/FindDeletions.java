package dev.weir.card;

import dev.weir.changelog.Position;
import dev.weir.changelog.RowChange;
import dev.weir.changelog.RowChangeCoder;
import dev.weir.encoding.SingleObjectCoder;
import java.time.Instant;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Finds the deleted customers. The output names the account and contains no personal data.
 *
 * @param <R> the output for each deleted customer
 */
public final class FindDeletions<R>
    extends PTransform<PCollection<CustomerChange>, PCollection<R>> {
  private static final long serialVersionUID = 1L;

  private final SerializableFunction<CustomerChange, R> convert;
  private final TypeDescriptor<R> type;
  private final Coder<R> coder;

  private FindDeletions(
      SerializableFunction<CustomerChange, R> convert, TypeDescriptor<R> type, Coder<R> coder) {
    this.convert = Objects.requireNonNull(convert);
    this.type = type;
    this.coder = coder;
  }

  /** Emits records for other systems. */
  public static FindDeletions<CustomerRemoval> asRecords() {
    return new FindDeletions<>(
        change ->
            new CustomerRemoval(
                change.getAccountNumber(),
                change.getSource().getOperation().name(),
                Instant.ofEpochMilli(change.getSource().getCommitMs())),
        TypeDescriptor.of(CustomerRemoval.class),
        SingleObjectCoder.of(CustomerRemoval.class));
  }

  /** Emits rows that name the accounts whose data must be deleted from the lake. */
  public static FindDeletions<RowChange<CustomerDeletion>> asRows() {
    return new FindDeletions<>(
        change ->
            RowChange.upsert(
                new CustomerDeletion(
                    change.getAccountNumber(),
                    Instant.ofEpochMilli(change.getSource().getCommitMs())),
                new Position(change.getRevision(), 0)),
        new TypeDescriptor<>() {},
        RowChangeCoder.of(SingleObjectCoder.of(CustomerDeletion.class)));
  }

  @Override
  public PCollection<R> expand(PCollection<CustomerChange> changes) {
    return changes
        .apply("OnlyDeletes", Filter.by(change -> change.getCustomer() == null))
        .apply("Convert", MapElements.into(type).via(convert))
        .setCoder(coder);
  }
}
