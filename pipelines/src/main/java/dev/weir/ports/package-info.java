/**
 * The inputs and outputs of pipelines, as URIs. {@link dev.weir.ports.Port} parses a URI, {@link
 * dev.weir.ports.Inputs} and {@link dev.weir.ports.Outputs} return the transform that reads or
 * writes it; begin with {@code Port}. {@link dev.weir.ports.Ledger} holds the settings that the
 * tables of one job share. A pipeline never learns which kind of port it got. An invalid argument
 * is a {@link dev.weir.ports.PortException} with one line that names the option and repeats no
 * password.
 */
package dev.weir.ports;
