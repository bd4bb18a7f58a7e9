package dev.weir.benchmarks.figures;

/**
 * One figure of one side.
 *
 * @param side the id of the side
 * @param figure the name of the figure
 */
public record Term(String side, String figure) {}
