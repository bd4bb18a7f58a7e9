/**
 * What a job needs from outside, tried before it starts. {@link dev.weir.needs.Needs} collects the
 * inputs, outputs, catalogs and services that the options name, and tries all of them side by side;
 * begin there. Whatever is missing is reported in one line that names the option and the address.
 * Nothing changes outside, except that a missing output folder is made, and a missing output topic
 * where the broker creates topics by itself. The check ends within {@link
 * dev.weir.needs.Needs#LIMIT}.
 */
package dev.weir.needs;
