package dev.weir.bureau;

/**
 * A credit score from the bureau.
 *
 * @param points from 300 to 850
 * @param rounded whether the bureau's score had decimals other than zeros and was rounded half up
 */
public record BureauScore(int points, boolean rounded) {}
