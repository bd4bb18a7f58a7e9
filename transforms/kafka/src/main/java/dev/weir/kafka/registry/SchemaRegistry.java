package dev.weir.kafka.registry;

import dev.weir.service.ServiceAddress;
import java.io.Serializable;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The address of a schema registry that has the REST API of Confluent's. It is part of Flink's
 * snapshots and holds no credentials: each process takes them from its own environment, as {@code
 * SCHEMA_REGISTRY_USER_INFO} ({@code user:password}) or {@code SCHEMA_REGISTRY_TOKEN}.
 */
public final class SchemaRegistry implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<SchemaRegistry, RegistryClient> CLIENTS = new ConcurrentHashMap<>();

  private final String address;
  private final boolean plainHttp;

  private SchemaRegistry(String address, boolean plainHttp) {
    this.address = address;
    this.plainHttp = plainHttp;
  }

  /**
   * @param address such as {@code https://host:port} or {@code https://host/apis/ccompat/v7}
   */
  public static SchemaRegistry at(URI address) {
    return new SchemaRegistry(address.toString().replaceFirst("/+$", ""), false);
  }

  /** Sets whether credentials may be sent over plain HTTP to another machine. */
  public SchemaRegistry withPlainHttpAllowed(boolean allowed) {
    return new SchemaRegistry(address, allowed);
  }

  public URI address() {
    return URI.create(address);
  }

  /**
   * Returns the client of this process. It caches schemas for as long as the process runs.
   *
   * @throws IllegalArgumentException if the credentials in the environment are invalid, or may not
   *     be sent to this address
   */
  RegistryClient client() {
    return CLIENTS.computeIfAbsent(this, SchemaRegistry::open);
  }

  private static RegistryClient open(SchemaRegistry registry) {
    return RegistryClient.patient(registry.http());
  }

  /**
   * Checks the credentials in the environment of this process.
   *
   * @throws IllegalArgumentException if they are invalid, or may not be sent to this address
   */
  public void checkCredentials() {
    http();
  }

  RegistryHttp http() {
    return http(RegistryCredentials.in(System.getenv()));
  }

  RegistryHttp http(RegistryCredentials credentials) {
    if (credentials.exist()
        && !plainHttp
        && ServiceAddress.of(address()).leavesTheMachineUnencrypted()) {
      throw new IllegalArgumentException(
          "the credentials of the schema registry would be sent to "
              + address
              + " unencrypted; use https, or allow this with --allowPlainHttp");
    }
    return new RegistryHttp(address, credentials);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SchemaRegistry that
        && address.equals(that.address)
        && plainHttp == that.plainHttp;
  }

  @Override
  public int hashCode() {
    return address.hashCode();
  }

  @Override
  public String toString() {
    return address;
  }
}
