package dev.weir.card;

import static dev.weir.cdc.SourceColumn.optional;
import static dev.weir.cdc.SourceColumn.required;

import dev.weir.cdc.SourceColumn;
import dev.weir.cdc.SourceColumn.Type;
import java.util.List;

/** The columns of the two source tables that the readers of their changes need. */
public final class CardTables {
  public static final List<SourceColumn> CUSTOMERS =
      List.of(
          required("account_number", Type.TEXT),
          optional("customer_name", Type.TEXT),
          optional("email", Type.TEXT),
          optional("phone_number", Type.TEXT),
          optional("date_of_birth", Type.LOCAL_TIME),
          optional("city", Type.TEXT),
          optional("created_at", Type.ZONED_TIME));

  public static final List<SourceColumn> TRANSACTIONS =
      List.of(
          required("txn_id", Type.TEXT),
          required("account_number", Type.TEXT),
          required("timestamp", Type.ZONED_TIME),
          required("amount", Type.DECIMAL),
          required("currency", Type.TEXT),
          optional("merchant", Type.TEXT),
          optional("location", Type.TEXT),
          required("status", Type.TEXT),
          optional("transaction_type", Type.TEXT));

  private CardTables() {}
}
