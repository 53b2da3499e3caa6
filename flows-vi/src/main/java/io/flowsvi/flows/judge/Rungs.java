package io.flowsvi.flows.judge;

import io.flowsvi.flows.family.FlowCatalog;
import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.family.GuideFamily;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Coupling;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.Permutation;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.PplException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The rungs there are, and flows that start as the identity: what the measured ones train. */
final class Rungs {
  private static final int COUPLINGS = 6;
  private static final int HIDDEN = 32;
  private static final int BINS = 8;
  private static final long STEPS = 2_000;
  private static final double RATE = 0.01;

  /** Splines are the identity beyond so many standard deviations. */
  private static final double BOUND = 5;

  private static final int ANY = Integer.MAX_VALUE;

  /** Families whose correlations, or lack of them, are their point. */
  private static final Set<String> OWN_CORRELATIONS =
      Set.of("mean-field", "low-rank", "block", "householder");

  private Rungs() {}

  /** The measured rungs by name, cheapest first. */
  static Map<String, Rung> standard() {
    Map<String, Rung> all = new LinkedHashMap<>();
    add(all, new LaplaceRung());
    add(all, new StudentRung("student-t", 1));
    add(all, new StudentRung("mixture", 6));
    add(all, new NestedRung());
    add(all, flow("scaled", Rungs::scaled, 61, 1000, 600, 0.02));
    add(all, flow("full-rank", Rungs::fullRank, 16, 120, 1500, 0.01));
    add(all, flow("coupling", Rungs::coupling, 2, 120, 1500, 0.005));
    add(all, flow("spline", Rungs::spline, 2, 60, 2500, 0.005));
    return all;
  }

  private static void add(Map<String, Rung> all, Rung rung) {
    all.put(rung.name(), rung);
  }

  private static FlowRung flow(
      String name, FlowFamily recipe, int least, int most, long steps, double rate) {
    return new FlowRung(
        name, GuideFamily.of(recipe), FlowRung.Standard.COVARIANCE, least, most, steps, rate);
  }

  /** A rung that a user asked for: measured ones in any number of dimensions they can have. */
  static Rung named(String name, FlowCatalog catalog) {
    Rung known = standard().get(name);
    if (known instanceof FlowRung flow) {
      int least = flow.least() == 2 ? 2 : 1;
      return new FlowRung(
          name, flow.family(), flow.standard(), least, ANY, flow.steps(), flow.rate());
    }
    if (known != null) {
      return known;
    }
    GuideFamily family = catalog.guide(name);
    if (name.equals("map")) {
      throw new PplException(
          "'map' is a point, which has no importance weights: it is no rung. Likely fix: take"
              + " 'laplace'.");
    }
    FlowRung.Standard standard =
        OWN_CORRELATIONS.contains(name) ? FlowRung.Standard.SCALES : FlowRung.Standard.COVARIANCE;
    return new FlowRung(name, family, standard, 1, ANY, STEPS, RATE);
  }

  static Chain scaled(int dim, ParamScope scope) {
    return Chain.of(dim).then(new ShiftScale(dim, 1));
  }

  static Chain fullRank(int dim, ParamScope scope) {
    return Chain.of(dim).then(new LowerTriangular(dim, 1));
  }

  private interface Recipe {
    Coupling of(int dim, ParamScope scope);
  }

  static Chain coupling(int dim, ParamScope scope) {
    return coupled(dim, scope, (d, s) -> Coupling.affine(d, HIDDEN, s));
  }

  static Chain spline(int dim, ParamScope scope) {
    return coupled(dim, scope, (d, s) -> Coupling.spline(d, HIDDEN, BINS, BOUND, s));
  }

  private static Chain coupled(int dim, ParamScope scope, Recipe recipe) {
    BijectiveChain chain = Chain.of(dim);
    for (int k = 0; k < COUPLINGS; k++) {
      ParamScope own = scope.child("coupling" + k);
      BijectiveLayer mix = k % 2 == 0 ? new Reverse(dim) : Permutation.random(dim, own.seed());
      chain = chain.then(recipe.of(dim, own)).then(mix);
    }
    return chain.then(new LowerTriangular(dim, 1));
  }
}
