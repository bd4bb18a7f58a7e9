package dev.weir.verify;

/**
 * How strictly outputs are compared.
 *
 * @param sinkId the sink id that the headers of published records should have
 * @param running whether records may be missing in a table or for an input, because the job has not
 *     committed them yet
 * @param repeatsAllowed whether a record without a header may be written again with the same
 *     content, as with {@code --delivery=at-least-once}
 */
public record VerifyRules(String sinkId, boolean running, boolean repeatsAllowed) {}
