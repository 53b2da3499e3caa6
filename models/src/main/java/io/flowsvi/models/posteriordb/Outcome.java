package io.flowsvi.models.posteriordb;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * One run on one posterior.
 *
 * @param posterior its name
 * @param seed of the run
 * @param score against the reference; empty if the run failed
 * @param kHat of its weights
 * @param verdict in one word
 * @param rung the draws come from
 * @param seconds wall time
 * @param gradients gradient evaluations
 * @param values evaluations of the density alone
 * @param note the reason of the verdict, or of the failure
 */
public record Outcome(
    String posterior,
    long seed,
    Optional<Score> score,
    double kHat,
    String verdict,
    String rung,
    double seconds,
    long gradients,
    long values,
    String note) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Whether the run said itself that it is not to be trusted. */
  public boolean flagged() {
    return verdict.equals("untrusted") || score.isEmpty();
  }

  /** N_eq of this run; 0 if it failed. */
  public double equivalentDraws() {
    return score.map(Score::equivalentDraws).orElse(0.0);
  }

  /** One line of JSON. */
  public String json() {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("posterior", posterior);
    node.put("n_eq", equivalentDraws());
    node.put("mean_error", score.map(Score::meanError).orElse(Double.NaN));
    node.put("sd_ratio_min", score.map(Score::sdRatioMin).orElse(Double.NaN));
    node.put("sd_ratio_max", score.map(Score::sdRatioMax).orElse(Double.NaN));
    node.put("k_hat", kHat);
    node.put("verdict", verdict);
    node.put("rung", rung);
    node.put("seconds", seconds);
    node.put("gradient_evaluations", gradients);
    node.put("density_evaluations", values);
    node.put("seed", seed);
    node.put("quantile_error", score.map(Score::quantileError).orElse(Double.NaN));
    node.put("note", note);
    return node.toString();
  }
}
