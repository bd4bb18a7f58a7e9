package dev.weir.iceberg.commit;

import org.apache.iceberg.io.OutputFileFactory;

/**
 * Names for the new files of one writer.
 *
 * @param files for Parquet files
 * @param vectors for files of deletion vectors
 */
public record FileNames(OutputFileFactory files, OutputFileFactory vectors) {}
