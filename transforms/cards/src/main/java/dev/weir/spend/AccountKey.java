package dev.weir.spend;

/**
 * The account and the currency whose amounts are measured together.
 *
 * @param account the account number
 * @param currency the currency of the amounts
 */
record AccountKey(String account, String currency) {

  static AccountKey of(SpendChange change) {
    return new AccountKey(change.getAccountNumber(), change.getCurrency());
  }

  /** Returns the key as a string; different keys have different strings. */
  String text() {
    return currency.length() + ":" + currency + account;
  }

  /** Parses the result of {@link #text}. */
  static AccountKey parse(String text) {
    int colon = text.indexOf(':');
    int end = colon + 1 + Integer.parseInt(text.substring(0, colon));
    return new AccountKey(text.substring(end), text.substring(colon + 1, end));
  }

  /** Each payment looks up its key; a record's own method is slow until it is compiled. */
  @Override
  public boolean equals(Object other) {
    return other instanceof AccountKey that
        && account.equals(that.account)
        && currency.equals(that.currency);
  }

  @Override
  public int hashCode() {
    return account.hashCode() * 31 + currency.hashCode();
  }
}
