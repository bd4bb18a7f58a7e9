/**
 * Shows how far a bounded run is, on the console. Begin with {@link
 * dev.weir.local.progress.RunProgress}; {@link dev.weir.local.progress.ProgressText} has the words.
 */
package dev.weir.local.progress;
