/**
 * Loan applications and their decisions. {@link dev.weir.loan.LoanPolicy} contains the rules and
 * {@link dev.weir.loan.ApplicationReader} the contract of an application; both are plain Java,
 * start there. {@link dev.weir.loan.ParseApplications} and {@link dev.weir.loan.Decide} are the
 * transforms around them. An application either meets its contract or becomes a dead letter, and a
 * missing score is never a denial. The SSN ({@link dev.weir.loan.Ssn}) prints as dots.
 */
package dev.weir.loan;
