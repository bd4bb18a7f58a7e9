-- Deletes old events, and only those whose transaction the connector has confirmed: all
-- transactions before the slot's catalog_xmin. Without the slot, it deletes nothing.
delete from outbox
 where created_at < now() - interval '12 hours'
   and age(xmin) > (select age(catalog_xmin) from pg_replication_slots where slot_name = 'outbox');
