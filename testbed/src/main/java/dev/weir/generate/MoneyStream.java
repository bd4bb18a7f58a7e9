package dev.weir.generate;

/** An input of money-enrichment. */
public enum MoneyStream {
  WALLET,
  USERS,
  SESSIONS
}
