package dev.weir.demo;

import dev.weir.demo.DemoLake.TableState;
import java.util.List;
import java.util.Locale;

/** Renders the state of the card transactions demo. */
record CardPicture(CardDemoState s) implements Picture {
  @Override
  public String line() {
    return String.format(
        Locale.ROOT,
        "%4ds  changes %d (%.0f/s)  read %d (%.0f/s)  created %d  updated %d  deleted %d"
            + "  snapshot %d  stale %d  dead letters %d  settled %d  pending %d"
            + "  risk low/medium/high/unknown %d/%d/%d/%d  customers %s  settled rows %s"
            + "  pending rows %s  windows %s  deletions %s  oldest unread %d ms"
            + "  visible p50/p99 %s/%s ms",
        s.running().toSeconds(),
        s.written(),
        s.writtenPerSecond(),
        s.read().all(),
        s.readPerSecond(),
        s.read().created(),
        s.read().updated(),
        s.read().deleted(),
        s.read().snapshot(),
        s.stale(),
        s.deadLetters(),
        s.settledChanges(),
        s.pendingChanges(),
        s.risks().low(),
        s.risks().medium(),
        s.risks().high(),
        s.risks().unknown(),
        rows(s.bank().customers(), s.tables().customers()),
        rows(s.bank().settled(), s.tables().settled()),
        rows(s.bank().pending(), s.tables().pending()),
        s.tables().spend().rows(),
        s.tables().deletions().rows(),
        s.oldestUnread(),
        Picture.millis(s.visible().p50()),
        Picture.millis(s.visible().p99()));
  }

  @Override
  public List<String> lines() {
    return List.of(
        Picture.title("card transactions", s.running()),
        "",
        Picture.count("changes in PostgreSQL", s.written(), s.writtenPerSecond()),
        Picture.count("changes read", s.read().all(), s.readPerSecond()),
        String.format(
            Locale.ROOT,
            "  created %,d, updated %,d, deleted %,d, from a snapshot %,d",
            s.read().created(),
            s.read().updated(),
            s.read().deleted(),
            s.read().snapshot()),
        Picture.count("dropped as stale", s.stale()),
        Picture.count("dead letters", s.deadLetters()),
        Picture.count("pending so far", s.pendingChanges()),
        Picture.count("settled so far", s.settledChanges()),
        String.format(
            Locale.ROOT,
            "  fraud risk low %,d, medium %,d, high %,d, unknown %,d",
            s.risks().low(),
            s.risks().medium(),
            s.risks().high(),
            s.risks().unknown()),
        "",
        String.format(
            Locale.ROOT, "%-26s%14s%14s%14s", "rows", "PostgreSQL", "Iceberg", "snapshots"),
        table("customers", s.bank().customers(), s.tables().customers()),
        table("pending_transactions", s.bank().pending(), s.tables().pending()),
        table("enriched_transactions", s.bank().settled(), s.tables().settled()),
        table("spend_metrics (windows)", s.tables().spend()),
        table("customer_deletions", s.tables().deletions()),
        "",
        Picture.latencies(),
        Picture.latency("from commit to Iceberg", s.visible()),
        String.format(
            Locale.ROOT,
            "%-36s%10s",
            "age of the oldest unread commit",
            Picture.millis(s.oldestUnread()) + " ms"),
        Picture.log(s.log()));
  }

  private static String rows(long bank, TableState table) {
    return table.rows() + "/" + bank;
  }

  private static String table(String name, long bank, TableState table) {
    return row(name, String.format(Locale.ROOT, "%,d", bank), table);
  }

  /** Renders a lake table that has no counterpart in the database. */
  private static String table(String name, TableState table) {
    return row(name, "-", table);
  }

  private static String row(String name, String bank, TableState table) {
    return String.format(
        Locale.ROOT, "%-26s%14s%,14d%,14d", name, bank, table.rows(), table.snapshots());
  }
}
