/**
 * How Avro records are encoded in state, between steps and in output. Begin with {@link
 * dev.weir.encoding.SingleObjectCoder}: the bytes of a record name the schema it was written with.
 * {@link dev.weir.encoding.SchemaHistory} finds the current and past schemas of a record, so that
 * state can be read after a record has changed. {@link dev.weir.encoding.SingleObjectReader} reads
 * the same encoding from untrusted input. {@link dev.weir.encoding.PlainJson} writes records as
 * JSON, and {@link dev.weir.encoding.PlainJsonReader} reads them back. Equal records have equal
 * bytes. No coder holds a generated class, so a later version can read a snapshot.
 */
package dev.weir.encoding;
