package dev.weir.savedstate;

import org.apache.beam.runners.core.StateNamespace;

/**
 * One value of a step's keyed state, or one entry of a map state.
 *
 * @param state the state's name in the step
 * @param key the step's key, encoded with the key coder of the step's input
 * @param namespace the window that the state belongs to; null if there is none
 * @param entry the key within a map state; null for other states
 * @param value the stored value
 */
public record SavedEntry(
    String state, byte[] key, StateNamespace namespace, Object entry, Object value) {}
