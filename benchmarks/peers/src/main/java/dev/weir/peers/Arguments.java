package dev.weir.peers;

import java.util.HashMap;
import java.util.Map;

/** The arguments of a process, each {@code --name=value}. */
final class Arguments {
  private final Map<String, String> values = new HashMap<>();

  Arguments(String... args) {
    for (String arg : args) {
      int equals = arg.indexOf('=');
      if (!arg.startsWith("--") || equals < 0) {
        throw new IllegalArgumentException("'" + arg + "' is not an argument; write --name=value");
      }
      values.put(arg.substring(2, equals), arg.substring(equals + 1));
    }
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("--" + name + " is missing; write --" + name + "=value");
    }
    return value;
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  long number(String name) {
    return Long.parseLong(text(name));
  }

  long number(String name, long otherwise) {
    return values.containsKey(name) ? number(name) : otherwise;
  }
}
