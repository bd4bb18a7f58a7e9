/**
 * The pipeline {@code money-enrichment}, and its part that can run over history for the state it
 * leaves. {@link dev.weir.moneyenrichment.MoneyEnrichment} assembles the pipeline; begin there.
 * {@code MoneyStreams} is what it shares with {@link dev.weir.moneyenrichment.MoneyHistory}, the
 * job of the command {@code bootstrap}: both have the same steps, so that the live job finds its
 * state. {@code MoneyPorts} turns the arguments into sources, sinks and values. {@code
 * docs/money-enrichment.md} has the rules and guarantees.
 */
package dev.weir.moneyenrichment;
