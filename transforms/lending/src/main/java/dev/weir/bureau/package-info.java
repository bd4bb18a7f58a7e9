/**
 * The credit bureau as a service to ask. {@link dev.weir.bureau.AskBureau} is the transform, {@link
 * dev.weir.bureau.BureauCalls} the protocol; begin with the first. The bureau is asked in batches,
 * or one by one if it has no route for batches. Every application comes out once: with a score,
 * with the reason why there is none, or without either if the lender knows the applicant.
 */
package dev.weir.bureau;
