package dev.weir.bureaumock;

/** Whether the bureau's answers are well-formed. */
public enum Answers {
  /** The answers follow the contract. */
  WHOLE,
  /** A batch answer lacks its last entry. */
  SHORT,
  /** Status 200 with a body that is not JSON. */
  GARBAGE
}
