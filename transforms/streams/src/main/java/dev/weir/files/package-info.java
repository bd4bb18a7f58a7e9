/**
 * The {@code file:} ports, in and out. Begin with {@link dev.weir.files.ReadFiles}, which reads
 * JSON Lines, compressed or not, and Avro container files, and with {@link
 * dev.weir.files.WriteFolder}, which writes a fixed number of shards. {@link
 * dev.weir.files.ReadHistory} reads files as a stream that does not end, for a job that runs to
 * build up state. A missing file, or one that cannot be opened, fails the pipeline before anything
 * is read. Damage within a file becomes dead letters and affects no record that can still be read.
 */
package dev.weir.files;
