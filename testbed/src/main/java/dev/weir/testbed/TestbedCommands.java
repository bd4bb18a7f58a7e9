package dev.weir.testbed;

import dev.weir.bureaumock.BureauMockCommand;
import dev.weir.demo.DemoCommand;
import dev.weir.generate.GenerateCommand;
import dev.weir.local.CommandProvider;
import dev.weir.scoringservice.ScoringServiceCommand;
import dev.weir.sessionservice.SessionServiceCommand;
import java.util.List;

/** Provides the commands for the demos, the generators and the services. */
public final class TestbedCommands implements CommandProvider {
  @Override
  public List<Object> commands() {
    return List.of(
        new DemoCommand(),
        new GenerateCommand(),
        new BureauMockCommand(),
        new ScoringServiceCommand(),
        new SessionServiceCommand());
  }
}
