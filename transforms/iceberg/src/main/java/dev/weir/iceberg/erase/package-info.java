/**
 * Erases the personal data of deleted persons from a table and its history. {@link
 * dev.weir.iceberg.table.Erasure} defines whose data and which columns, and is stored in the
 * table's properties; start there. {@link dev.weir.iceberg.erase.DeletedPersons} are the persons
 * that are deleted, {@link dev.weir.iceberg.erase.PersonalFiles} finds the files that still show
 * their data. Nothing is remembered between runs: each run reads the files, so it also finds data
 * that a restored job wrote again or a killed run left behind. Data that cannot be erased, such as
 * data behind a tag, is reported.
 */
package dev.weir.iceberg.erase;
