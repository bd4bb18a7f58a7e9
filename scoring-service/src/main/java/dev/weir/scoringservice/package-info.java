/**
 * The fraud model as an HTTP service. Begin with {@link dev.weir.scoringservice.ScoringService};
 * {@code openapi.json} in the same package is the contract, and {@link
 * dev.weir.scoringservice.ScoringServiceCommand} starts it from the command line.
 *
 * <p>A score is a pure function of amount and location ({@link
 * dev.weir.scoringservice.FraudModel}). Only clients with the token get one, unless the service is
 * open. No part of a request and no token appears in a log line, a metric or an error.
 */
package dev.weir.scoringservice;
