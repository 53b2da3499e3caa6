package io.flowsvi.flows.train;

import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * The four energies of Rezende and Mohamed (2015), table 1, as models. U2 to U4 have constant mass
 * along the first axis, so they are taken on the strip |z₁| ≤ 4, where log Z is a closed form.
 */
final class Energies {
  static final Latent A = new Latent("a");
  static final Latent B = new Latent("b");
  static final Factor REST = new Factor("rest");

  private Energies() {}

  /**
   * A model with its log normaliser.
   *
   * @param name U1 … U4
   * @param logDensity −U
   * @param model over A, or over A and B
   * @param logZ on the plane for U1, on the strip for the others
   */
  record Energy(String name, UnaryOperator<Tensor> logDensity, Model<String> model, double logZ) {
    @Override
    public String toString() {
      return name;
    }
  }

  static java.util.List<Energy> all() {
    return java.util.List.of(
        new Energy("U1", Energies::u1, plane(Energies::u1), 1.87750163),
        onStrip("U2", Energies::u2, 0.4),
        onStrip("U3", Energies::u3, 0.7),
        onStrip("U4", Energies::u4, 0.75));
  }

  /** Widths: the sum of the standard deviations of the curves across. */
  private static Energy onStrip(String name, UnaryOperator<Tensor> logDensity, double widths) {
    double logZ = Math.log(8 * Math.sqrt(2 * Math.PI) * widths);
    return new Energy(name, logDensity, strip(logDensity), logZ);
  }

  /** A density on the plane through a wide normal prior that the factor takes back. */
  static Model<String> plane(UnaryOperator<Tensor> logDensity) {
    return (ctx, d) -> {
      Normal wide = Normal.of(0, 5);
      Tensor z = ctx.sample(A, wide.event(2));
      ctx.factor(REST, logDensity.apply(z).minus(wide.event(2).logProb(z)));
    };
  }

  /** Energies with constant mass along the first axis: on the strip |z₁| ≤ 4. */
  static Model<String> strip(UnaryOperator<Tensor> logDensity) {
    return (ctx, d) -> {
      Tensor first = ctx.sample(A, Uniform.of(-4, 4));
      Normal wide = Normal.of(0, 5);
      Tensor second = ctx.sample(B, wide);
      Tensor z = Tensor.stack(java.util.List.of(first, second), -1);
      ctx.factor(REST, logDensity.apply(z).minus(wide.logProb(second)).plus(Math.log(8)));
    };
  }

  static Tensor x(Tensor z) {
    return z.at(-1, 0);
  }

  static Tensor y(Tensor z) {
    return z.at(-1, 1);
  }

  /** −½((t − centre)/s)². */
  static Tensor bump(Tensor t, double centre, double s) {
    return t.minus(centre).over(s).square().times(-0.5);
  }

  static Tensor logAdd(Tensor a, Tensor b) {
    return Tensor.stack(java.util.List.of(a, b), -1).logSumExp(-1);
  }

  static Tensor w1(Tensor z) {
    return x(z).times(Math.PI / 2).sin();
  }

  static Tensor w2(Tensor z) {
    return bump(x(z), 1, 0.6).exp().times(3);
  }

  static Tensor w3(Tensor z) {
    return x(z).minus(1).over(0.3).sigmoid().times(3);
  }

  static Tensor radius(Tensor z) {
    return z.square().sum(-1).plus(1e-12).sqrt();
  }

  static Tensor u1(Tensor z) {
    return bump(radius(z), 2, 0.4).plus(logAdd(bump(x(z), 2, 0.6), bump(x(z), -2, 0.6)));
  }

  static Tensor u2(Tensor z) {
    return bump(y(z).minus(w1(z)), 0, 0.4);
  }

  static Tensor u3(Tensor z) {
    Tensor t = y(z).minus(w1(z));
    return logAdd(bump(t, 0, 0.35), bump(t.plus(w2(z)), 0, 0.35));
  }

  static Tensor u4(Tensor z) {
    Tensor t = y(z).minus(w1(z));
    return logAdd(bump(t, 0, 0.4), bump(t.plus(w3(z)), 0, 0.35));
  }
}
