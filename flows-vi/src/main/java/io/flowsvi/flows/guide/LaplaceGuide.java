package io.flowsvi.flows.guide;

import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.LatentInfo;
import io.flowsvi.ppl.model.LogDensity;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * A Laplace approximation: trained as a point, completed by the curvature at the mode.
 *
 * <p>z = m + F ε, log q = κ log N(ε) − log|det F|, ε [D] standard normal. Until {@link #complete} F
 * and κ are 0: a point. Afterwards m is the mode, F = L⁻ᵀ of {@link Laplace} and κ = 1: a normal
 * with exact log q. A fit completes the guide when it ends. F, its log-determinant and κ are frozen
 * parameters, so that snapshots hold everything. Tierney and Kadane (1986).
 */
public final class LaplaceGuide implements PointGuide {
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
  private final ModelStructure structure;
  private final Param mode;
  private final Param factor;
  private final Param logDet;
  private final Param known;

  /** Starts at the model's starting point. Throws as {@link AutoGuide#of}. */
  public LaplaceGuide(ModelStructure structure, ParamScope scope) {
    AutoGuide.refuseBatches(structure);
    int d = structure.dim();
    this.structure = structure;
    this.mode = scope.param("mode", Shape.of(d), Init.zeros());
    ParamScope curvature = scope.child("curvature");
    this.factor = curvature.param("factor", Shape.of(d, d), Init.zeros());
    this.logDet = curvature.param("logDet", Shape.scalar(), Init.zeros());
    this.known = curvature.param("known", Shape.scalar(), Init.zeros());
    scope.store().freeze(curvature.prefix());
  }

  @Override
  public Proposal propose(Inputs in, Object data, int particles, Seed seed) {
    int d = structure.dim();
    Tensor noise = Arena.current().normal(seed, Shape.of(particles, d));
    Tensor z = noise.matmulTransposed(factor.value()).plus(mode.value());
    Tensor base = noise.square().sum(-1).times(-0.5).minus(d * HALF_LOG_2PI);
    return AutoGuide.proposal(structure, z, base.times(known.value()).minus(logDet.value()));
  }

  /**
   * Climbs from the trained point to the mode and takes the curvature there. Throws {@link
   * PplException} naming the site whose curvature is missing.
   */
  public void complete(LogDensity density) {
    double[] start = structure.start();
    double[] from = mode.toDoubles();
    for (int i = 0; i < from.length; i++) {
      from[i] += start[i];
    }
    Laplace normal = Laplace.of(density, from, this::name);
    double[] moved = normal.mode().clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] -= start[i];
    }
    mode.set(moved);
    factor.set(normal.factor());
    logDet.set(normal.logDet());
    known.set(1);
  }

  private String name(int coordinate) {
    for (LatentInfo latent : structure.latents()) {
      if (coordinate < latent.offset() + latent.size()) {
        int own = coordinate - latent.offset();
        return latent.site().name() + (latent.size() == 1 ? "" : "[" + (own + 1) + "]");
      }
    }
    throw new IllegalStateException("coordinate " + coordinate);
  }
}
