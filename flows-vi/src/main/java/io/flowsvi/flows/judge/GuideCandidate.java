package io.flowsvi.flows.judge;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.flows.importance.Scorable;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.model.Terms;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A trained guide as a candidate.
 *
 * @param session where it computes
 * @param structure of the model, whose latents are the guide's
 * @param guide trained
 */
record GuideCandidate(Session session, ModelStructure structure, ScorableGuide<Object> guide)
    implements Scorable {
  private static final int CHUNK = 500;

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
            List<Tensor> parts = new ArrayList<>();
            for (LatentInfo latent : structure.latents()) {
              Tensor real = proposal.values().reals().get(latent.site());
              parts.add(real.reshape(Shape.of(count, latent.size())));
            }
            double[] some = Tensor.concat(parts, 1).toDoubles();
            System.arraycopy(some, 0, points, at * dim(), some.length);
            System.arraycopy(density(proposal.logQ(), count), 0, logQ, at, count);
            return true;
          });
    }
    return new Cloud(points, logQ);
  }

  @Override
  public double[] logDensity(double[] points) {
    int n = points.length / dim();
    double[] logQ = new double[n];
    for (int from = 0; from < n; from += CHUNK) {
      int at = from;
      int count = Math.min(CHUNK, n - from);
      double[] some = Arrays.copyOfRange(points, from * dim(), (from + count) * dim());
      session.compute(
          arena -> {
            Tensor flat = arena.tensor(some, Shape.of(count, dim()));
            List<Term> terms = guide.logProb(new ArenaInputs(), "none", structure.assign(flat));
            System.arraycopy(density(terms, count), 0, logQ, at, count);
            return true;
          });
    }
    return logQ;
  }

  private static double[] density(List<Term> terms, int count) {
    return Terms.sum(terms).expand(Shape.of(count)).toDoubles();
  }
}
