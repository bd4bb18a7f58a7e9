/**
 * Measures and kills Beam's own {@code IcebergIO}. Begin with {@link
 * dev.weir.icebergio.MeasureIcebergIo} and {@link dev.weir.icebergio.KillIcebergIo}.
 */
package dev.weir.icebergio;
