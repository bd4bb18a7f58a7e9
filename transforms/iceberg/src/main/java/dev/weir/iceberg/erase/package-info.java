/**
 * Erases the personal data of deleted persons from a table and its history. {@link
 * dev.weir.iceberg.erase.Erasure} says whose data and which columns, and is kept in the table's
 * properties; begin there. {@link dev.weir.iceberg.erase.ForgottenPersons} are the persons that are
 * deleted, {@link dev.weir.iceberg.erase.PersonalFiles} finds the files that still show them.
 * Nothing is remembered between runs: each looks into the files, so what a restored job brought
 * back or a killed run left is found as well. What cannot be erased, such as data behind a tag, is
 * reported.
 */
package dev.weir.iceberg.erase;
