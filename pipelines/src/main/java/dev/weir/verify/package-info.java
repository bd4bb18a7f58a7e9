/**
 * Compares the outputs of a job with each other and with its inputs. Begin with {@link
 * dev.weir.verify.Verification}, which a pipeline fills with its outputs ({@link
 * dev.weir.verify.OutputKind}) and the ports they were written to. It reads in this process,
 * without a pipeline, and keeps hashes of identities and contents ({@code HashedRecords}) instead
 * of records. {@code docs/verify-output.md} defines what is compared.
 */
package dev.weir.verify;
