package io.flowsvi.flows.nested;

import io.flowsvi.flows.importance.AdaptiveMixture;
import io.flowsvi.flows.importance.Candidate;
import io.flowsvi.flows.importance.StudentMixture;
import io.flowsvi.flows.importance.StudentT;
import io.flowsvi.flows.mode.Mode;
import io.flowsvi.flows.mode.ModeSearch;
import io.flowsvi.ppl.model.BatchLogDensity;
import io.flowsvi.ppl.tensor.Seed;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A proposal for a posterior with a few outer coordinates u and many inner ones v.
 *
 * <p>Given u, v has the normal at its maximum; u has a mixture of Student-t distributions fitted to
 * its Laplace marginal. Where the prior of v is normal given u and the data tell little about its
 * shape, this is next to exact, however strongly the two depend on each other: the funnels of
 * hierarchies are no matter. Rue, Martino and Chopin (2009).
 *
 * @param outer the coordinates u, few
 * @param gradients about how many the fit of the outer mixture, and each batch of draws, may take
 */
public record NestedLaplace(int[] outer, double gradients) {
  private static final double DF = 10;
  private static final double HEAVY = 3;
  private static final double DEFENCE = 0.3;
  private static final double STRETCH = 3;

  private static final int MOST_WEIGHED = 500;

  /** With fewer outer points each counts. */
  private static final int DEAR = 2000;

  private static final double ENOUGH = 0.8;
  private static final int ROUNDS = 6;
  private static final int COMPONENTS = 4;
  private static final int MOST_OUTER_POINTS = 8000;

  /** Copies the coordinates. */
  public NestedLaplace {
    outer = outer.clone();
  }

  @Override
  public int[] outer() {
    return outer.clone();
  }

  /** Fits it, from a point with a density; empty where the inner coordinates have no maximum. */
  public Optional<Candidate> fit(BatchLogDensity density, double[] start, Seed seed) {
    int[] inner =
        IntStream.range(0, density.dim())
            .filter(i -> IntStream.of(outer).noneMatch(o -> o == i))
            .toArray();
    InnerModes modes = new InnerModes(density, inner, Sparsity.of(density, start, inner));
    if (outer.length == 0) {
      return modes
          .search(List.of(start))
          .get(0)
          .map(
              top ->
                  new NestedProposal(
                      new OuterDensity(modes, outer, start),
                      Optional.empty(),
                      outer,
                      inner,
                      top.point(),
                      MeanShift.of(density, inner, top, seed),
                      1));
    }
    OuterDensity marginal = new OuterDensity(modes, outer, start);
    double[] at = IntStream.of(outer).mapToDouble(i -> start[i]).toArray();
    if (!marginal.centreAt(at)) {
      return Optional.empty();
    }
    Mode mode = outerSearch(modes).search(marginal, at, seed.fold("modes")).get(0);
    if (!marginal.centreAt(mode.normal().loc())) {
      return Optional.empty();
    }
    double[] shift =
        marginal
            .inner(mode.normal().loc())
            .get(0)
            .map(top -> MeanShift.of(density, inner, top, seed))
            .orElseGet(() -> new double[inner.length]);
    int affordable = affordable(modes, marginal, mode);
    boolean dear = affordable < DEAR;
    int rounds = dear ? ROUNDS / 2 : ROUNDS;
    int draws = Math.max(200, Math.min(600 * (1 + outer.length), affordable / ROUNDS));
    StudentMixture first =
        StudentMixture.of(StudentT.of(mode.normal().loc(), mode.normal().covariance(), DF));
    StudentMixture fitted =
        new AdaptiveMixture(draws, rounds, dear ? 2 : COMPONENTS, ENOUGH)
            .adapt(marginal, first, seed.fold("mixture"))
            .mixture();
    // Where weights cannot serve, for there are too many inner coordinates, draws go out as they
    // are: what only bounds weights would spoil them.
    StudentMixture defended =
        inner.length > MOST_WEIGHED ? fitted : fitted.defended(DEFENCE, HEAVY, STRETCH);
    int points = Math.max(400, Math.min(MOST_OUTER_POINTS, affordable));
    return Optional.of(
        new NestedProposal(marginal, Optional.of(defended), outer, inner, start, shift, points));
  }

  /** A search for the outer maximum that takes half the budget at most, by what the start cost. */
  private ModeSearch outerSearch(InnerModes modes) {
    int k = outer.length;
    double each = (double) modes.gradients() / (1 + k) * (1 + 2 * k);
    int climb = (int) Math.max(10, Math.min(60, gradients / (4 * each)));
    int newton = (int) Math.max(2, Math.min(12, gradients / (4 * each * (1 + 2 * k))));
    return new ModeSearch(1, climb, newton, 1);
  }

  /** How many outer points the budget allows, by what some of them cost. */
  private int affordable(InnerModes modes, OuterDensity marginal, Mode mode) {
    int few = 16;
    double[] points = new double[few * outer.length];
    for (int i = 0; i < points.length; i++) {
      points[i] = Math.sin(i + 1.0);
    }
    long before = modes.gradients();
    marginal.values(mode.normal().apply(points));
    return (int) Math.min(1e6, gradients * few / (modes.gradients() - before));
  }
}
