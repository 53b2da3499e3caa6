package io.flowsvi.flows.train;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Scoring;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Backend;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.Precision;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.SessionSettings;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;

/**
 * The first place where a step is not finite, found by running it once more without a tape.
 *
 * @param site the site's name, "guide", "gradient", "objective" or "precision"
 * @param words where it is, for a message
 */
record Culprit(String site, String words) {
  static <D> Culprit find(Target<D> target, D batch, int particles, Seed noise, double[] gradient) {
    return target
        .session()
        .compute(
            arena -> {
              Proposal proposal =
                  target.guide().propose(new ArenaInputs(), batch, particles, noise);
              for (Map.Entry<Latent, Tensor> value : proposal.values().reals().entrySet()) {
                int bad = bad(value.getValue());
                if (bad > 0) {
                  String name = value.getKey().name();
                  return new Culprit(
                      name,
                      "the guide proposes values that are not finite for latent '"
                          + name
                          + "' ("
                          + bad
                          + " of "
                          + particles
                          + " particles)");
                }
              }
              for (Term term :
                  Scoring.run(target.structure(), target.model(), batch, proposal.values())
                      .terms()) {
                int bad = bad(term.logDensity());
                if (bad > 0) {
                  String name = term.sites().get(0).name();
                  String distribution = target.structure().site(name).distribution();
                  return new Culprit(
                      name,
                      "first non-finite site is '"
                          + name
                          + "' ("
                          + (distribution.isEmpty() ? "factor" : distribution)
                          + ", "
                          + bad
                          + " of "
                          + particles
                          + " particles)");
                }
              }
              for (Term term : proposal.logQ()) {
                int bad = bad(term.logDensity());
                if (bad > 0) {
                  return new Culprit(
                      "guide",
                      "log q of the guide is not finite ("
                          + bad
                          + " of "
                          + particles
                          + " particles); all sites are finite");
                }
              }
              return narrow(target)
                  ? new Culprit(
                      "precision",
                      "the step computes in single precision; in double precision all sites are"
                          + " finite, so that some number on the way is above 3.4e38 or loses all"
                          + " its digits: Precision.FLOAT64 is the likely fix")
                  : inGradient(target, gradient);
            });
  }

  /** Whether steps compute in less precision than what this class runs once more. */
  private static boolean narrow(Target<?> target) {
    SessionSettings settings = target.session().settings();
    return settings.backend() == Backend.JAVA && settings.precision() == Precision.FLOAT32;
  }

  private static Culprit inGradient(Target<?> target, double[] gradient) {
    for (Param param : target.params().params()) {
      for (int i = 0; i < param.shape().size(); i++) {
        double g = gradient[param.offset() + i];
        if (!Double.isFinite(g)) {
          return new Culprit(
              "gradient",
              "all sites are finite, but the gradient of parameter '" + param.path() + "' is " + g);
        }
      }
    }
    return new Culprit("objective", "all sites are finite; the objective itself is not");
  }

  /** How many particles have a number that is not finite. */
  private static int bad(Tensor tensor) {
    double[] values = tensor.toDoubles();
    int particles = tensor.shape().rank() == 0 ? 1 : tensor.shape().dim(0);
    int each = values.length / Math.max(1, particles);
    int count = 0;
    for (int s = 0; s < particles; s++) {
      for (int i = 0; i < each; i++) {
        if (!Double.isFinite(values[s * each + i])) {
          count++;
          break;
        }
      }
    }
    return count;
  }
}
