package dev.weir.local;

/** An input of money-enrichment. */
public enum MoneyStream {
  WALLET,
  USERS,
  SESSIONS
}
