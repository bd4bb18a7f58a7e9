package dev.weir.spend;

/**
 * Whose amounts are measured together.
 *
 * @param account the account's number
 * @param currency of the amounts
 */
record AccountKey(String account, String currency) {

  static AccountKey of(SpendChange change) {
    return new AccountKey(change.getAccountNumber(), change.getCurrency());
  }

  /** The key as one string, another one for each key. */
  String text() {
    return currency.length() + ":" + currency + account;
  }

  /** The key that has this text. */
  static AccountKey parse(String text) {
    int colon = text.indexOf(':');
    int end = colon + 1 + Integer.parseInt(text.substring(0, colon));
    return new AccountKey(text.substring(end), text.substring(colon + 1, end));
  }
}
