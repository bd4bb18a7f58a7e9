/**
 * Money movements with what is known of their users and sessions. {@link dev.weir.money.MoneyRules}
 * has the rules.
 */
package dev.weir.money;
