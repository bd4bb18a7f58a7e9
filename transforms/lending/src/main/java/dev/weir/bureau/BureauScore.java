package dev.weir.bureau;

/**
 * A credit score as the bureau gave it.
 *
 * @param points from 300 to 850
 * @param rounded whether the bureau gave decimals other than zeros, and they were rounded half up
 */
public record BureauScore(int points, boolean rounded) {}
