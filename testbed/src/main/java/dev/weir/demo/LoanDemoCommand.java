package dev.weir.demo;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows loan-decisions at work. */
@Command(name = "loans", mixinStandardHelpOptions = true, description = LoanDemoOptions.DESCRIPTION)
final class LoanDemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private LoanDemoOptions options;

  @Override
  public Integer call() throws Exception {
    DemoCommand.requireNoOptionsBefore(spec);
    return options.run();
  }
}
