/**
 * Calls to the fraud model. {@link dev.weir.scoring.AskScorer} is the transform and {@link
 * dev.weir.scoring.ScoringCalls} the protocol; start with the transform. Every element is emitted
 * once, with a score or with the reason why there is none. The bearer token is never sent to the
 * workers: each worker reads it from its own environment.
 */
package dev.weir.scoring;
