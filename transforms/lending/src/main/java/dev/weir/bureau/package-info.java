/**
 * Calls to the credit bureau. {@link dev.weir.bureau.AskBureau} is the transform and {@link
 * dev.weir.bureau.BureauCalls} the protocol; start with the transform. The bureau is asked in
 * batches, or one by one if it has no route for batches. Every application, or every first one of a
 * request, is emitted once: with a score, with the reason why there is none, or with neither if the
 * lender knows the applicant.
 */
package dev.weir.bureau;
