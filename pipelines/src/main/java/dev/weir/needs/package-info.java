/**
 * What a job needs from outside, tried before it starts: {@link dev.weir.needs.Needs} collects the
 * inputs, outputs, catalogs and services that the options name, and tries all of them side by side.
 * Nothing is changed outside but that a missing output folder is made, and a missing output topic
 * where the broker makes topics by itself.
 */
package dev.weir.needs;
