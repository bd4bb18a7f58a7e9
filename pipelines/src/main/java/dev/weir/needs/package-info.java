/**
 * The external resources that a job needs, checked before it starts. {@link dev.weir.needs.Needs}
 * collects the inputs, outputs, catalogs and services that the options name, and checks all of them
 * in parallel; begin there. Each missing resource is reported in one line that names the option and
 * the address. The check creates nothing except a missing output folder and, if the broker creates
 * topics by itself, a missing output topic. It ends within {@link dev.weir.needs.Needs#LIMIT}.
 */
package dev.weir.needs;
