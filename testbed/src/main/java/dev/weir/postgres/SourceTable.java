package dev.weir.postgres;

import dev.weir.cdc.SourceColumn;
import dev.weir.ports.DatabaseException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A table to read and the checks that its database permits reading it.
 *
 * @param schema as spelled in the database
 * @param name as spelled in the database
 */
record SourceTable(String schema, String name) {
  private static final String ASK =
      """
      select current_setting('wal_level'),
             exists (select from pg_roles
                     where rolname = current_user and (rolreplication or rolsuper))
               or exists (select from pg_roles where rolname = 'rds_replication'
                          and pg_has_role(current_user, oid, 'member')),
             c.relkind = 'r',
             c.relreplident in ('f', 'i')
               or exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary),
             exists (select from pg_publication where pubname = ?)
               or has_database_privilege(current_database(), 'CREATE')
                  and pg_has_role(current_user, c.relowner, 'usage'),
             has_table_privilege(c.oid, 'SELECT'),
             exists (select from pg_replication_slots where slot_name = ?)
               or (select count(*) from pg_replication_slots)
                  < current_setting('max_replication_slots')::int
      from (values (?, ?)) asked (schema, name)
      left join pg_namespace n on n.nspname = asked.schema
      left join pg_class c on c.relnamespace = n.oid and c.relname = asked.name
      """;

  /**
   * @param text {@code schema.table}
   * @throws DatabaseException if {@code text} does not have that form
   */
  static SourceTable parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 2 || !parts[0].matches("\\w+") || !parts[1].matches("\\w+")) {
      throw new DatabaseException("'" + text + "' is not a table; write schema.table");
    }
    return new SourceTable(parts[0], parts[1]);
  }

  /**
   * Checks that the table's changes can be read.
   *
   * @param slot also the name of the publication
   * @param columns the columns that the table's reader needs
   * @throws DatabaseException naming the first problem that prevents reading the table
   */
  void check(Connection connection, Database database, String slot, List<SourceColumn> columns) {
    try (PreparedStatement ask = connection.prepareStatement(ASK)) {
      ask.setString(1, slot);
      ask.setString(2, slot);
      ask.setString(3, schema);
      ask.setString(4, name);
      try (ResultSet answer = ask.executeQuery()) {
        answer.next();
        if (!"logical".equals(answer.getString(1))) {
          throw new DatabaseException(
              database
                  + " has wal_level="
                  + answer.getString(1)
                  + ": set wal_level=logical in its configuration and restart it");
        }
        String role = database.user();
        demand(
            answer, 2, role + " is not allowed to replicate: alter role " + role + " replication");
        demand(answer, 3, database + " has no table " + this);
        demand(
            answer,
            4,
            this
                + " has no primary key, which updates and deletes need to identify a row: add one");
        demand(
            answer,
            5,
            role
                + " is not allowed to publish "
                + this
                + ": as its owner, create publication "
                + slot
                + " for table "
                + this);
        demand(
            answer,
            6,
            role + " is not allowed to read it: grant select on " + this + " to " + role);
        demand(
            answer,
            7,
            "all replication slots of "
                + database
                + " are in use: drop an unused one, or raise max_replication_slots");
      }
      ColumnTypes.check(connection, this, columns);
    } catch (SQLException e) {
      throw new DatabaseException("cannot query " + database + ": " + Database.oneLine(e), e);
    }
  }

  private static void demand(ResultSet answer, int column, String otherwise) throws SQLException {
    if (!answer.getBoolean(column)) {
      throw new DatabaseException(otherwise);
    }
  }

  @Override
  public String toString() {
    return schema + "." + name;
  }
}
