package dev.weir.service;

import java.net.URI;
import java.util.regex.Pattern;

/** Whether others could read what is sent to a service. */
public final class PlainHttp {
  private static final Pattern THIS_MACHINE =
      Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)]");

  private PlainHttp() {}

  /**
   * Returns whether requests to the service leave this machine unencrypted. Names are not looked
   * up: only {@code localhost}, {@code 127.x.x.x} and {@code [::1]} are this machine.
   */
  public static boolean leavesTheMachine(URI service) {
    return "http".equalsIgnoreCase(service.getScheme())
        && !THIS_MACHINE.matcher(String.valueOf(service.getHost())).matches();
  }
}
