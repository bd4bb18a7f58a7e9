/**
 * Card transactions and the customers who hold the cards. The steps are, in order, {@link
 * dev.weir.card.ParseCardChanges}, {@link dev.weir.card.TrackTransactions} and {@link
 * dev.weir.card.TrackCustomers}, {@link dev.weir.card.ScoreTransactions} and {@link
 * dev.weir.card.EnrichTransactions}. Begin with {@link dev.weir.card.AccountBook}, the rules that
 * join transactions with their customer, without Beam. The last version of a row depends on commit
 * times alone and not on the order of arrival. A customer who is deleted is forgotten: no
 * transaction from before the deletion keeps a customer.
 */
package dev.weir.card;
