package io.flowsvi.flows.guide;

import io.flowsvi.flows.layer.MixtureFlow;
import io.flowsvi.ppl.model.Assignment;
import io.flowsvi.ppl.model.Inputs;
import io.flowsvi.ppl.model.ModelStructure;
import io.flowsvi.ppl.model.Term;
import io.flowsvi.ppl.tensor.Seed;
import java.util.List;

/**
 * A guide of a whole model from a mixture of flows: for posteriors of several modes.
 *
 * <p>Proposals are of the mixture, a component at random for each particle, so that draws, PSIS and
 * every objective read it as any other guide; a gradient towards the weights needs the strata,
 * which {@code StratifiedElbo} takes by itself.
 *
 * @param structure the model's flat space
 * @param mixture a mixture of its dimension
 */
public record MixtureGuide(ModelStructure structure, MixtureFlow mixture)
    implements ScorableGuide<Object> {
  /** Checks the dimension, as {@link AutoGuide} does. */
  public MixtureGuide {
    AutoGuide.of(structure, mixture);
  }

  /** The same guide, whose S proposals are S/K of each component, in order. */
  public ScorableGuide<Object> strata() {
    return AutoGuide.of(structure, mixture.strata());
  }

  @Override
  public Proposal propose(Inputs in, Object data, int particles, Seed seed) {
    return AutoGuide.of(structure, mixture).propose(in, data, particles, seed);
  }

  @Override
  public List<Term> logProb(Inputs in, Object data, Assignment values) {
    return AutoGuide.of(structure, mixture).logProb(in, data, values);
  }
}
