package io.flowsvi.flows.judge;

import io.flowsvi.flows.guide.ArenaInputs;
import io.flowsvi.flows.guide.Guide;
import io.flowsvi.flows.guide.Proposal;
import io.flowsvi.flows.guide.ScorableGuide;
import io.flowsvi.flows.importance.Assessment;
import io.flowsvi.flows.importance.StudentT;
import io.flowsvi.flows.layer.Standardise;
import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.List;

/**
 * Guides of standardised coordinates z as guides of x = loc + L z: log q(x) = log q(z) − log|L|.
 *
 * @param structure of the model, started at 0
 * @param map from z to x
 */
record Standardised(ModelStructure structure, Standardise map) {
  /** Draws that tell where a guide starts. */
  private static final int PROBED = 1_000;

  /** A guide that scores where this one does. */
  Guide<Object> guide(Guide<Object> inner) {
    if (inner instanceof ScorableGuide<Object> scorable) {
      return new Scoring(this, scorable);
    }
    return (in, data, particles, seed) ->
        moved(inner.propose(in, data, particles, seed), particles);
  }

  private record Scoring(Standardised by, ScorableGuide<Object> inner)
      implements ScorableGuide<Object> {
    @Override
    public Proposal propose(Inputs in, Object data, int particles, Seed seed) {
      return by.moved(inner.propose(in, data, particles, seed), particles);
    }

    @Override
    public List<Term> logProb(Inputs in, Object data, Assignment values) {
      Tensor x = by.structure.flatten(values);
      Mapped z = by.map.bind(Values.empty()).inverse(x);
      List<Term> terms = inner.logProb(in, data, by.structure.assign(z.value()));
      return by.and(terms, z.logDet(), x.shape().dim(0));
    }
  }

  private Proposal moved(Proposal z, int particles) {
    Mapped x = map.bind(Values.empty()).forward(structure.flatten(z.values()));
    Tensor logDet = x.logDet().negate();
    return new Proposal(
        structure.assign(x.value()),
        and(z.logQ(), logDet, particles),
        () -> and(z.pathLogQ().get(), logDet, particles));
  }

  private List<Term> and(List<Term> logQ, Tensor logDet, int particles) {
    Shape shape = Shape.of(particles);
    for (int i = 0; i < structure.plateRank(); i++) {
      shape = shape.append(1);
    }
    List<Site> sites = new ArrayList<>();
    structure.latents().forEach(l -> sites.add(l.site()));
    List<Term> all = new ArrayList<>(logQ);
    all.add(new Term(sites, Term.Kind.GUIDE, logDet.expand(shape), List.of()));
    return all;
  }

  /**
   * The same map with z first brought to mean 0 and spread 1, as this guide draws it now: so the
   * guide starts where the map's loc and scales are, whatever its own start is.
   */
  Standardised from(Climb<?> climb, Guide<Object> inner) {
    int d = structure.dim();
    double[] z =
        climb
            .session()
            .compute(
                arena -> {
                  Seed seed = climb.seed("probe");
                  Proposal first = inner.propose(new ArenaInputs(), "none", PROBED, seed);
                  return structure.flatten(first.values()).toDoubles();
                });
    double[] loc = map.loc().clone();
    double[] lower = map.lower().clone();
    for (int j = 0; j < d; j++) {
      double mean = 0;
      double squares = 0;
      for (int i = 0; i < PROBED; i++) {
        mean += z[i * d + j] / PROBED;
        squares += z[i * d + j] * z[i * d + j] / PROBED;
      }
      double sd = Math.sqrt(Math.max(squares - mean * mean, Double.MIN_NORMAL));
      for (int i = j; i < d; i++) {
        lower[i * d + j] /= sd;
        loc[i] -= lower[i * d + j] * mean;
      }
    }
    return new Standardised(structure, new Standardise(loc, lower));
  }

  /** By mean and covariance of the posterior as the best weights have them, or the best draws. */
  static Standardised of(Climb<?> climb) {
    ModelStructure given = climb.structure();
    Assessment a = climb.assessment();
    int d = given.dim();
    boolean weighted = a.ess() > 10.0 * d;
    int n = a.cloud().size();
    double[] x = a.cloud().points();
    double[] mean = new double[d];
    double[] w = new double[n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      boolean inside = a.logWeights()[i] > Double.NEGATIVE_INFINITY;
      w[i] = weighted ? Math.exp(a.smoothed()[i]) : inside ? 1 : 0;
      sum += w[i];
    }
    for (int i = 0; i < n; i++) {
      w[i] /= sum;
      for (int j = 0; j < d; j++) {
        mean[j] += w[i] * x[i * d + j];
      }
    }
    double[] covariance = new double[d * d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d && w[i] > 0; j++) {
        double r = w[i] * (x[i * d + j] - mean[j]);
        for (int k = 0; k < d; k++) {
          covariance[j * d + k] += r * (x[i * d + k] - mean[k]);
        }
      }
    }
    StudentT normal = StudentT.of(mean, covariance, Double.POSITIVE_INFINITY);
    return new Standardised(
        new ModelStructure(given.plates(), given.latents(), given.sites(), new double[d]),
        new Standardise(normal.loc(), normal.lower()));
  }

  /**
   * With the scale that each coordinate has given the others, 1/√(Σ⁻¹)_ii: the best independent
   * coordinates can do.
   */
  Standardised diagonal() {
    int d = structure.dim();
    double[] l = map.lower();
    double[] scales = new double[d * d];
    double[] column = new double[d];
    for (int i = 0; i < d; i++) {
      // Column i of L⁻¹: its squared length is element (i, i) of Σ⁻¹.
      double square = 0;
      for (int k = i; k < d; k++) {
        double sum = k == i ? 1 : 0;
        for (int m = i; m < k; m++) {
          sum -= l[k * d + m] * column[m];
        }
        column[k] = sum / l[k * d + k];
        square += column[k] * column[k];
      }
      scales[i * d + i] = 1 / Math.sqrt(square);
    }
    return new Standardised(structure, new Standardise(map.loc(), scales));
  }
}
