/**
 * Values whose schemas are in a schema registry, in the wire format that Confluent's serializers
 * write. Begin with {@link dev.weir.kafka.registry.WireFormat}, which reads input, {@link
 * dev.weir.kafka.registry.AvroWireFormat}, which writes records, and {@link
 * dev.weir.kafka.registry.AvroWireReader}, which reads these back. {@link
 * dev.weir.kafka.registry.RegistryClient} asks the registry and caches its answers: a registry that
 * does not answer is an outage, which waits and then fails the bundle; an unknown schema is a dead
 * letter. {@link dev.weir.kafka.registry.SchemaRegistry} and {@link
 * dev.weir.kafka.registry.TimeInWireFormat} are part of Flink's snapshots.
 */
package dev.weir.kafka.registry;
