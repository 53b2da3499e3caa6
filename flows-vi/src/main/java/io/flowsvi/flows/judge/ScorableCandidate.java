package io.flowsvi.flows.judge;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.importance.Cloud;
import io.flowsvi.flows.importance.Scorable;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * A trained guide that scores, as a candidate that does.
 *
 * @param drawn the same guide as one that draws
 * @param guide trained
 */
record ScorableCandidate(GuideCandidate drawn, ScorableGuide<Object> guide) implements Scorable {
  @Override
  public int dim() {
    return drawn.dim();
  }

  @Override
  public Cloud draw(Seed seed, int n) {
    return drawn.draw(seed, n);
  }

  @Override
  public double[] logDensity(double[] points) {
    int n = points.length / dim();
    double[] logQ = new double[n];
    for (int from = 0; from < n; from += GuideCandidate.CHUNK) {
      int at = from;
      int count = Math.min(GuideCandidate.CHUNK, n - from);
      double[] some = Arrays.copyOfRange(points, from * dim(), (from + count) * dim());
      drawn
          .queries()
          .ask(
              "density of " + count,
              some,
              Seed.of(0),
              none -> {
                Tensor flat = Arena.current().tensor(some, Shape.of(count, dim()));
                List<Term> terms =
                    guide.logProb(new ArenaInputs(), "none", drawn.structure().assign(flat));
                return List.of(GuideCandidate.density(terms, count));
              },
              found -> {
                System.arraycopy(found.get(0).toDoubles(), 0, logQ, at, count);
                return true;
              });
    }
    return logQ;
  }
}
