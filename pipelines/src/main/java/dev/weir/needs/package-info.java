/**
 * The external resources that a job needs, checked before it starts: {@link dev.weir.needs.Needs}
 * collects the inputs, outputs, catalogs and services that the options name, and checks them in
 * parallel. It creates a missing output folder, and a missing output topic if the broker creates
 * topics by itself; it changes nothing else.
 */
package dev.weir.needs;
