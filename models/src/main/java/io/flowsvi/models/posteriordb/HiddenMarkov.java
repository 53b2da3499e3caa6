package io.flowsvi.models.posteriordb;

import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.dist.Exponential;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.PositiveOrdered;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;

/**
 * A hidden Markov chain with two exponential emissions; the states are summed out by the library.
 *
 * <p>θ_k ~ Dirichlet(α_k); φ and λ positive ordered with N(0, 1) and N(3, 1) on their elements; u_t
 * ~ Exp(φ_k), v_t ~ Exp(λ_k) in state k; each state as likely at the start.
 */
public final class HiddenMarkov implements Model<HiddenMarkov.Data> {
  private static final Latent PHI = new Latent("phi");
  private static final Latent LAMBDA = new Latent("lambda");
  private static final Latent STATE = new Latent("state");

  /** The model; it has no settings. */
  public HiddenMarkov() {}

  /**
   * Two series and the prior of the transitions.
   *
   * @param u first series, positive
   * @param v second series, positive
   * @param alpha Dirichlet parameters, row by row
   */
  public record Data(double[] u, double[] v, double[] alpha) {
    /** From N, K = 2, u, v, alpha. */
    public static Data of(StanData data) {
      int n = data.count("N");
      return new Data(data.reals("u", n), data.reals("v", n), data.matrix("alpha", 2, 2));
    }
  }

  @Override
  public void run(Context ctx, Data d) {
    int n = d.u().length;
    Tensor concentration = ctx.data(d.alpha(), Shape.of(2, 2));
    Tensor stay = row(ctx, "theta1", concentration.at(0, 0));
    Tensor leave = row(ctx, "theta2", concentration.at(0, 1));
    Tensor phi = ordered(ctx, PHI);
    Tensor lambda = ordered(ctx, LAMBDA);
    Tensor moves = Tensor.stack(List.of(stay.log(), leave.log()), stay.shape().rank() - 1);
    Tensor first = ctx.data(new double[2], Shape.of(2));
    Tensor state = ctx.sample(STATE, MarkovChain.logits(first, moves, n));
    emitted(ctx, "u", phi, state, d.u());
    emitted(ctx, "v", lambda, state, d.v());
  }

  private static void emitted(Context ctx, String name, Tensor rates, Tensor state, double[] data) {
    Tensor rate = rates.unsqueeze(rates.shape().rank() - 1).choose(state);
    Distribution each = Exponential.of(rate).event(data.length);
    ctx.observe(new Observed(name), each, ctx.data(data, Shape.of(data.length)));
  }

  private static Tensor row(Context ctx, String name, Tensor concentration) {
    return ctx.sample(new Latent(name), Dirichlet.of(concentration));
  }

  private static Tensor ordered(Context ctx, Latent site) {
    Tensor value = ctx.sample(site, ImproperUniform.on(PositiveOrdered.INSTANCE, Shape.of(2)));
    Tensor means = ctx.data(new double[] {0, 3}, Shape.of(2));
    ctx.factor(new Factor(site.name() + "_prior"), Normal.of(means, 1).event(2).logProb(value));
    return value;
  }
}
