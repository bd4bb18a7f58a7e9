/**
 * The outbox pattern in a lender's database: an application commits a loan request and its event in
 * one transaction, and Debezium publishes the event from the database's log. Begin with {@link
 * dev.weir.outbox.OutboxWriter}; {@code docs/outbox.md} explains the table and the connector.
 */
package dev.weir.outbox;
