package io.flowsvi.flows.family;

import io.flowsvi.flows.block.BlockAutoregressive;
import io.flowsvi.flows.layer.BijectiveChain;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Coupling;
import io.flowsvi.flows.layer.Householder;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.MaskedSpline;
import io.flowsvi.flows.layer.Permutation;
import io.flowsvi.flows.layer.Planar;
import io.flowsvi.flows.layer.Radial;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.layer.Sylvester;
import io.flowsvi.flows.ode.Continuous;
import io.flowsvi.flows.ode.FieldNet;
import io.flowsvi.flows.ode.FieldSettings;
import io.flowsvi.flows.ode.FixedSteps;
import io.flowsvi.flows.ode.Solver;
import io.flowsvi.flows.residual.ContractionSettings;
import io.flowsvi.flows.residual.Residual;
import io.flowsvi.ppl.ode.ButcherTableau;
import io.flowsvi.ppl.tensor.ParamScope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The library's flow families with their default sizes.
 *
 * <p>Each ends, or begins, with a trained scale and shift, so that a layer whose own range of
 * scales is limited still reaches any scale.
 */
public final class Families {
  /** Small enough to begin inside the posterior, large enough for gradients to see its shape. */
  private static final double START_SCALE = 0.3;

  private static final int PLANAR_LAYERS = 16;
  private static final int RADIAL_LAYERS = 8;
  private static final int SYLVESTER_LAYERS = 4;
  private static final int SYLVESTER_COLUMNS = 8;
  private static final int REFLECTIONS = 8;
  private static final int IAF_LAYERS = 3;
  private static final int IAF_HIDDEN_PER_DIMENSION = 4;
  private static final int IAF_SMALLEST_HIDDEN = 32;

  private static final int FLOW_STEPS = 4;
  private static final int FIELD_HIDDEN = 32;

  private static final int COUPLINGS = 4;
  private static final int COUPLING_HIDDEN = 24;
  private static final int BINS = 8;
  private static final double BOUND = 4;

  private static final int BLOCK_LAYERS = 2;
  private static final int BLOCK_UNITS = 16;
  private static final int RESIDUAL_LAYERS = 8;
  private static final int RESIDUAL_HIDDEN = 16;

  private Families() {}

  /** Name to recipe, simplest first. */
  public static Map<String, FlowFamily> all() {
    Map<String, FlowFamily> all = new LinkedHashMap<>();
    all.put(
        "mean-field",
        FlowFamily.of(
            "independent normals: the quickest, no correlations",
            (dim, scope) -> Chain.of(dim).then(new ShiftScale(dim, START_SCALE))));
    all.put(
        "full-rank",
        FlowFamily.of(
            "a normal with all correlations",
            (dim, scope) -> Chain.of(dim).then(new LowerTriangular(dim, START_SCALE))));
    all.put(
        "householder",
        FlowFamily.of(
            "a normal turned by " + REFLECTIONS + " reflections (Tomczak and Welling 2016)",
            Families::householder));
    all.put(
        "planar",
        FlowFamily.of(
            PLANAR_LAYERS + " planar layers (Rezende and Mohamed 2015)", Families::planar));
    all.put(
        "radial",
        FlowFamily.of(
            RADIAL_LAYERS + " radial layers (Rezende and Mohamed 2015)", Families::radial));
    all.put(
        "sylvester",
        FlowFamily.of(
            SYLVESTER_LAYERS + " orthogonal Sylvester layers (van den Berg et al. 2018)",
            Families::sylvester));
    all.put(
        "coupling",
        FlowFamily.of(
            COUPLINGS + " affine couplings (Dinh, Sohl-Dickstein and Bengio 2017)",
            (dim, scope) -> coupled(dim, scope, Families::affine)));
    all.put(
        "spline",
        FlowFamily.of(
            COUPLINGS + " spline couplings (Durkan et al. 2019)",
            (dim, scope) -> coupled(dim, scope, Families::spline)));
    all.put(
        "iaf",
        FlowFamily.of(
            IAF_LAYERS + " inverse autoregressive layers (Kingma et al. 2016)", Families::iaf));
    all.put(
        "cnf",
        FlowFamily.of(
            "a continuous flow in " + FLOW_STEPS + " Runge–Kutta steps (Grathwohl et al. 2019)",
            Families::continuous));
    all.put(
        "spline-iaf",
        FlowFamily.of(
            IAF_LAYERS + " autoregressive splines (Durkan et al. 2019)", Families::splineIaf));
    all.put(
        "bnaf",
        FlowFamily.of(
            BLOCK_LAYERS + " block neural autoregressive layers (De Cao, Titov and Aziz 2019)",
            Families::blocks));
    all.put(
        "residual",
        FlowFamily.of(
            RESIDUAL_LAYERS + " residual layers (Behrmann et al. 2019; Chen et al. 2019)",
            Families::residual));
    return Collections.unmodifiableMap(all);
  }

  private static Chain continuous(int dim, ParamScope scope) {
    FieldSettings field = FieldSettings.of(dim, FIELD_HIDDEN, FIELD_HIDDEN);
    Solver solver = FixedSteps.of(ButcherTableau.RK4, FLOW_STEPS);
    return Chain.of(dim)
        .then(new Continuous(FieldNet.of(field, scope.child("field")), solver))
        .then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain householder(int dim, ParamScope scope) {
    return Chain.of(dim)
        .then(new ShiftScale(dim, START_SCALE))
        .then(new Householder(dim, REFLECTIONS))
        .then(new ShiftScale(dim, 1));
  }

  private static Chain planar(int dim, ParamScope scope) {
    Chain chain = Chain.of(dim);
    for (int k = 0; k < PLANAR_LAYERS; k++) {
      chain = chain.then(new Planar(dim));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain radial(int dim, ParamScope scope) {
    Chain chain = Chain.of(dim);
    for (int k = 0; k < RADIAL_LAYERS; k++) {
      chain = chain.then(new Radial(dim));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain sylvester(int dim, ParamScope scope) {
    Chain chain = Chain.of(dim);
    for (int k = 0; k < SYLVESTER_LAYERS; k++) {
      chain = chain.then(Sylvester.orthogonal(dim, Math.min(dim, SYLVESTER_COLUMNS)));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  /** A coupling layer of a dimension. */
  private interface CouplingRecipe {
    Coupling of(int dim, ParamScope scope);
  }

  private static Coupling affine(int dim, ParamScope scope) {
    return Coupling.affine(dim, COUPLING_HIDDEN, scope);
  }

  private static Coupling spline(int dim, ParamScope scope) {
    return Coupling.spline(dim, COUPLING_HIDDEN, BINS, BOUND, scope);
  }

  /**
   * Turned on by what a coupling keeps, its two sides change places: after four layers every
   * coordinate has reached every other, for odd D, too, where a reversal leaves the middle one
   * alone and a random order is a matter of luck.
   */
  private static Chain coupled(int dim, ParamScope scope, CouplingRecipe recipe) {
    BijectiveChain chain = Chain.of(dim);
    for (int k = 0; k < COUPLINGS; k++) {
      chain = chain.then(recipe.of(dim, scope.child("coupling" + k)));
      chain = chain.then(Permutation.rotation(dim, dim / 2));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain iaf(int dim, ParamScope scope) {
    int hidden = Math.max(IAF_SMALLEST_HIDDEN, IAF_HIDDEN_PER_DIMENSION * dim);
    Chain chain = Chain.of(dim);
    for (int k = 0; k < IAF_LAYERS; k++) {
      chain = chain.then(new MaskedAffine(dim, hidden, scope.child("made" + k)));
      chain = chain.then(new Reverse(dim));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain splineIaf(int dim, ParamScope scope) {
    int hidden = Math.max(IAF_SMALLEST_HIDDEN, IAF_HIDDEN_PER_DIMENSION * dim);
    Chain chain = Chain.of(dim);
    for (int k = 0; k < IAF_LAYERS; k++) {
      chain = chain.then(MaskedSpline.of(dim, hidden, BINS, BOUND, scope.child("made" + k)));
      chain = chain.then(new Reverse(dim));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain blocks(int dim, ParamScope scope) {
    Chain chain = Chain.of(dim);
    for (int k = 0; k < BLOCK_LAYERS; k++) {
      ParamScope own = scope.child("block" + k);
      chain = chain.then(BlockAutoregressive.of(dim, 1, BLOCK_UNITS, own)).then(new Reverse(dim));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }

  private static Chain residual(int dim, ParamScope scope) {
    Chain chain = Chain.of(dim);
    ContractionSettings sizes = ContractionSettings.of(RESIDUAL_HIDDEN, RESIDUAL_HIDDEN);
    for (int k = 0; k < RESIDUAL_LAYERS; k++) {
      chain = chain.then(Residual.of(dim, sizes, scope.child("g" + k)));
    }
    return chain.then(new ShiftScale(dim, START_SCALE));
  }
}
