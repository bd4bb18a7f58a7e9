package dev.weir.demo;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** Shows a pipeline at work, selected by the subcommand; {@code loans} if there is none. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = LoanDemoOptions.DESCRIPTION,
    subcommands = {LoanDemoCommand.class, CardDemoCommand.class, MoneyDemoCommand.class})
public final class DemoCommand implements Callable<Integer> {
  @Mixin private LoanDemoOptions loans;

  @Override
  public Integer call() throws Exception {
    return loans.run();
  }

  /**
   * Rejects options before the subcommand: the parser accepts them, but they would have no effect.
   */
  static void requireNoOptionsBefore(CommandSpec demo) {
    List<OptionSpec> before = demo.parent().commandLine().getParseResult().matchedOptions();
    if (!before.isEmpty()) {
      throw new ParameterException(
          demo.commandLine(),
          "write " + before.get(0).longestName() + " after '" + demo.name() + "'");
    }
  }
}
