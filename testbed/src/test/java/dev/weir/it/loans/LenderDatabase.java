package dev.weir.it.loans;

import dev.weir.embedded.EmbeddedDatabase;
import dev.weir.outbox.LoanRequest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a lender's application has committed. */
record LenderDatabase(EmbeddedDatabase database) {

  /** Returns those of the requests that have a row. */
  List<LoanRequest> committed(List<LoanRequest> requests) {
    Set<String> rows = new HashSet<>(query("select request_id from loan_requests"));
    return requests.stream().filter(request -> rows.contains(request.requestId())).toList();
  }

  /** Returns the ids of the requests of each applicant, in the order of their commits. */
  Map<String, List<String>> byApplicant(List<LoanRequest> requests) {
    List<String> ordered =
        query("select request_id from loan_requests order by applicant_id, number");
    Map<String, String> applicants = new TreeMap<>();
    requests.forEach(request -> applicants.put(request.requestId(), request.applicantId()));
    Map<String, List<String>> byApplicant = new TreeMap<>();
    for (String id : ordered) {
      if (applicants.containsKey(id)) {
        byApplicant.computeIfAbsent(applicants.get(id), key -> new ArrayList<>()).add(id);
      }
    }
    return byApplicant;
  }

  /** Executes commands, each in a transaction of its own. */
  void execute(String... commands) {
    query(commands);
  }

  /** Executes commands, and returns the first column of what the last one returns. */
  List<String> query(String... commands) {
    List<String> values = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        values.clear();
        if (statement.execute(command)) {
          try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
              values.add(rows.getString(1));
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return values;
  }
}
