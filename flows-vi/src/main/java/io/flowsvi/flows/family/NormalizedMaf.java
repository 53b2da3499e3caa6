package io.flowsvi.flows.family;

import io.flowsvi.flows.layer.Constant;
import io.flowsvi.flows.layer.EstimatedChain;
import io.flowsvi.flows.layer.EstimatedFlow;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.flows.norm.BatchNorm;
import io.flowsvi.ppl.dist.Flow;
import io.flowsvi.ppl.tensor.ParamScope;

/**
 * MAF as its paper has it: masked affine layers with batch normalisation behind each.
 *
 * <p>Training normalises by each batch, scores and draws by the training rows. Papamakarios,
 * Pavlakou and Murray (2017), sections 3.1 and 3.5.
 *
 * @param layers of both kinds
 * @param hidden the fewest units of each network, which has D at least
 */
public record NormalizedMaf(int layers, int hidden) implements PriorFamily {
  @Override
  public Flow build(int dim, ParamScope scope) {
    return trained(dim, scope).exact();
  }

  @Override
  public EstimatedFlow trained(int dim, ParamScope scope) {
    EstimatedChain chain = EstimatedChain.of(dim);
    for (int k = 0; k < layers; k++) {
      Made made = Made.of(scope.child("made" + k), dim, Math.max(hidden, dim), 0, Activation.RELU);
      chain =
          chain
              .then(new MaskedAffine(made, MaskedAffine.Scale.SOFT).withSequentialInverse())
              .then(new BatchNorm(dim).trained())
              .then(new Reverse(dim));
    }
    chain = chain.then(new ShiftScale(dim, 1));
    return chain.pullback(Constant.of(chain.exact(), scope.child("chain")));
  }
}
