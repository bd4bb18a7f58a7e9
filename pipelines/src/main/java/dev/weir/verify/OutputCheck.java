package dev.weir.verify;

import java.util.List;

/** The check of one kind of output in all ports that it was written to. */
interface OutputCheck {
  List<OutputPort> ports();

  /** Reads the outputs one after the other and reports what each of them contradicts. */
  void read();

  /** Reports what is in one output only. */
  void compare();
}
