package dev.weir.peers;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The processor time of this process. */
public final class ProcessorTime {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private ProcessorTime() {}

  /** Returns nanoseconds of all threads since the process started. */
  public static long nanos() {
    return SYSTEM.getProcessCpuTime();
  }
}
