/**
 * Card transactions and the customers who hold the cards. The steps, in order, are {@link
 * dev.weir.card.ParseCardChanges}, {@link dev.weir.card.TrackTransactions} and {@link
 * dev.weir.card.TrackCustomers}, {@link dev.weir.card.ScoreTransactions}, and {@link
 * dev.weir.card.EnrichTransactions}. Start with {@link dev.weir.card.AccountBook}, the rules that
 * join transactions with their customers, without Beam. The last version of a row depends only on
 * commit times and not on the order of arrival. A deleted customer is forgotten: no transaction
 * from before the deletion keeps a customer.
 */
package dev.weir.card;
