package dev.weir.postgres;

import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresTaskContext;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.postgresql.replication.PGReplicationStream;

/**
 * Debezium's connector with a slot that advances only on request. Newer versions of the driver
 * advance the slot by themselves until the first change arrives, beyond what any checkpoint covers;
 * Debezium 1.9 has no setting to prevent that.
 */
final class CheckpointedConnector extends PostgresConnectorTask {

  @Override
  public ReplicationConnection createReplicationConnection(
      PostgresTaskContext context, boolean doSnapshot, int maxRetries, Duration retryDelay) {
    return new StillConnection(
        super.createReplicationConnection(context, doSnapshot, maxRetries, retryDelay));
  }

  private static ReplicationStream still(ReplicationStream stream) {
    try {
      Object inner = get(stream, PGReplicationStream.class);
      Field flush = inner.getClass().getDeclaredField("automaticFlush");
      flush.setAccessible(true);
      flush.setBoolean(inner, false);
      return stream;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this version of Debezium or of the PostgreSQL driver is not supported", e);
    }
  }

  private static Object get(Object owner, Class<?> type) throws ReflectiveOperationException {
    for (Field field : owner.getClass().getDeclaredFields()) {
      if (field.getType() == type) {
        field.setAccessible(true);
        return field.get(owner);
      }
    }
    throw new NoSuchFieldException(type.getName());
  }

  private record StillConnection(ReplicationConnection connection)
      implements ReplicationConnection {

    @Override
    public ReplicationStream startStreaming(WalPositionLocator position)
        throws SQLException, InterruptedException {
      return still(connection.startStreaming(position));
    }

    @Override
    public ReplicationStream startStreaming(Lsn offset, WalPositionLocator position)
        throws SQLException, InterruptedException {
      return still(connection.startStreaming(offset, position));
    }

    @Override
    public Optional<SlotCreationResult> createReplicationSlot() throws SQLException {
      return connection.createReplicationSlot();
    }

    @Override
    public void initConnection() throws SQLException, InterruptedException {
      connection.initConnection();
    }

    @Override
    public boolean isConnected() throws SQLException {
      return connection.isConnected();
    }

    @Override
    public void reconnect() throws SQLException {
      connection.reconnect();
    }

    @Override
    public void close() throws SQLException {
      try {
        connection.close();
      } catch (SQLException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new SQLException(e);
      }
    }
  }
}
