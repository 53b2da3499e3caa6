package io.flowsvi.flows.judge;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import java.util.List;

/**
 * A trained guide as a candidate.
 *
 * @param session where it computes
 * @param structure of the model, whose latents are the guide's
 * @param guide trained
 */
record GuideCandidate(Session session, ModelStructure structure, Guide<Object> guide)
    implements Candidate {
  static final int CHUNK = 500;

  @Override
  public int dim() {
    return structure.dim();
  }

  @Override
  public Cloud draw(Seed seed, int n) {
    double[] points = new double[n * dim()];
    double[] logQ = new double[n];
    for (int from = 0; from < n; from += CHUNK) {
      int at = from;
      int count = Math.min(CHUNK, n - from);
      Seed key = seed.fold(from);
      session.compute(
          arena -> {
            var proposal = guide.propose(new ArenaInputs(), "none", count, key);
            double[] some = structure.flatten(proposal.values()).toDoubles();
            System.arraycopy(some, 0, points, at * dim(), some.length);
            System.arraycopy(density(proposal.logQ(), count), 0, logQ, at, count);
            return true;
          });
    }
    return new Cloud(points, logQ);
  }

  static double[] density(List<Term> terms, int count) {
    return Terms.sum(terms).expand(Shape.of(count)).toDoubles();
  }
}
