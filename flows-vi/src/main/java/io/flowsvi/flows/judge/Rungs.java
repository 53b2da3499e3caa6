package io.flowsvi.flows.judge;

import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Coupling;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.Permutation;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.ppl.tensor.ParamScope;

/** Flows that start as the identity: what comes before the standardising map. */
final class Rungs {
  private static final int COUPLINGS = 6;
  private static final int HIDDEN = 32;
  private static final int BINS = 8;

  /** Splines are the identity beyond so many standard deviations. */
  private static final double BOUND = 5;

  private Rungs() {}

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
