package dev.weir.it.kills;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What is killed at one moment. */
enum Victim {
  TASK_MANAGER(1),
  ALL_TASK_MANAGERS(2),
  BROKER(1),
  JOB_MANAGER(1);

  /** One round: most failures are those of workers. */
  private static final List<Victim> ROUND =
      List.of(TASK_MANAGER, BROKER, TASK_MANAGER, ALL_TASK_MANAGERS, TASK_MANAGER, JOB_MANAGER);

  private final int processes;

  Victim(int processes) {
    this.processes = processes;
  }

  /**
   * Returns the victims of some rounds, in random order.
   *
   * @param kills how many processes are killed in total
   * @param first where the first round begins: in short runs, each has other victims
   */
  static List<Victim> inRandomOrder(int kills, int first, Random random) {
    List<Victim> victims = new ArrayList<>();
    for (int n = first, killed = 0; killed < kills; n++) {
      Victim next = ROUND.get(n % ROUND.size());
      next = killed + next.processes > kills ? TASK_MANAGER : next;
      victims.add(next);
      killed += next.processes;
    }
    Collections.shuffle(victims, random);
    return victims;
  }
}
