/**
 * The pipeline {@code card-transactions}. {@link dev.weir.cardtransactions.CardTransactions}
 * assembles it on one screen; begin there. {@link
 * dev.weir.cardtransactions.CardTransactionsOptions} are its arguments, {@code CardPorts} turns
 * them into sources, sinks and values, {@code CardNeeds} names what to check before a start. The
 * names of the steps are part of savepoints. {@code docs/card-transactions.md} has the guarantees
 * and their tests, {@code docs/lake.md} the tables.
 */
package dev.weir.cardtransactions;
