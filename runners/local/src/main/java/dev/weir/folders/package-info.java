/**
 * Files on this machine that only their owner can read. {@link dev.weir.folders.TemporaryFolder} is
 * where a command keeps what nobody asked it to keep; begin there. State and checkpoints contain
 * personal data, so a folder is readable by its owner alone and is deleted even if a signal ends
 * the process.
 */
package dev.weir.folders;
