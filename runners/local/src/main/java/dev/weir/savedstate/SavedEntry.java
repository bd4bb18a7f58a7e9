package dev.weir.savedstate;

import org.apache.beam.runners.core.StateNamespace;

/**
 * One value of a step's keyed state, or one entry of a map state.
 *
 * @param state the name the step gave it
 * @param key the step's key, in the bytes of the coder that the step's input has for it
 * @param namespace the window the state belongs to; null if it belongs to none
 * @param entry the key within a map state; null for other states
 * @param value what is stored
 */
public record SavedEntry(
    String state, byte[] key, StateNamespace namespace, Object entry, Object value) {}
