package dev.weir.benchmarks.page;

import java.util.List;

/**
 * A part of the page.
 *
 * @param id the word that selects it on the command line, and the name of its fragments
 */
public record Section(String id, String heading, List<Layout> tables) {}
