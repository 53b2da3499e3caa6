package io.flowsvi.flows.judge;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.ppl.compile.Queries;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A trained guide as a candidate.
 *
 * @param queries of the guide's parameters
 * @param structure of the model, whose latents are the guide's
 * @param guide trained
 */
record GuideCandidate(Queries queries, ModelStructure structure, Guide<Object> guide)
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
      queries.ask(
          "draws of " + count,
          this,
          seed.fold(from),
          key -> {
            Proposal proposal = guide.propose(new ArenaInputs(), "none", count, key);
            Tensor flat = structure.flatten(proposal.values());
            return List.of(flat, density(proposal.logQ(), count));
          },
          found -> {
            double[] some = found.get(0).toDoubles();
            System.arraycopy(some, 0, points, at * dim(), some.length);
            System.arraycopy(found.get(1).toDoubles(), 0, logQ, at, count);
            return true;
          });
    }
    return new Cloud(points, logQ);
  }

  /** log q {@code [count]}. */
  static Tensor density(List<Term> terms, int count) {
    return Terms.sum(terms).expand(Shape.of(count));
  }
}
