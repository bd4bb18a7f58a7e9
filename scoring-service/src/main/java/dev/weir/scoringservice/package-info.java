/**
 * The fraud model as an HTTP service.
 *
 * <p>{@link dev.weir.scoringservice.ScoringService} is the service, {@link
 * dev.weir.scoringservice.FraudModel} what it says, {@code openapi.json} beside it the contract,
 * and {@link dev.weir.scoringservice.ScoringServiceCommand} starts it from a command line.
 */
package dev.weir.scoringservice;
