package io.flowsvi.flows.ode;

import io.flowsvi.flows.layer.LayerException;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * What keeps trajectories straight, so that few steps follow them: λ_K ∫‖f‖² dt + λ_J ∫‖∂f/∂x‖²_F
 * dt. Finlay, Jacobsen, Nurbekyan and Oberman (2020), eq. 10 and 11 (RNODE).
 *
 * @param kinetic λ_K
 * @param jacobian λ_J
 */
public record Penalty(double kinetic, double jacobian) {
  /** None. */
  public static final Penalty NONE = new Penalty(0, 0);

  /** Checks the factors. */
  public Penalty {
    if (!(kinetic >= 0) || !(jacobian >= 0)) {
      throw new LayerException(
          "Penalty: both factors must be at least 0, got " + kinetic + " and " + jacobian + ".");
    }
  }

  /** λ_K‖f‖², or the number 0. */
  Tensor kineticRate(Tensor velocity) {
    return kinetic == 0 ? Tensor.number(0) : velocity.square().sum(-1).times(kinetic);
  }
}
