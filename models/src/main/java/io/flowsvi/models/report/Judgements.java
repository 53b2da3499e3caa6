package io.flowsvi.models.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowsvi.flows.verdict.Check;
import io.flowsvi.flows.verdict.Judgement;

/** A verdict as JSON, the same for every kind of fit. */
final class Judgements {
  private Judgements() {}

  /** Puts verdict, reason, next, the names of the checks that decided, and all checks. */
  static void write(ObjectNode root, Judgement judgement) {
    root.put("verdict", judgement.word());
    root.put("reason", judgement.reason());
    root.put("next", judgement.next());
    ArrayNode deciding = root.putArray("decided_by");
    judgement.deciding().forEach(c -> deciding.add(c.name()));
    ArrayNode checks = root.putArray("checks");
    for (Check check : judgement.checks()) {
      ObjectNode node = checks.addObject();
      node.put("name", check.name());
      node.put("value", check.value());
      node.put("grade", check.grade().word());
      node.put("found", check.found());
    }
  }
}
