/**
 * The fraud model as a service to ask. {@link dev.weir.scoring.AskScorer} is the transform, {@link
 * dev.weir.scoring.ScoringCalls} the protocol; begin with the first. Every element comes out once,
 * with a score or with the reason why there is none. The bearer token never travels: each worker
 * reads it from its own environment.
 */
package dev.weir.scoring;
