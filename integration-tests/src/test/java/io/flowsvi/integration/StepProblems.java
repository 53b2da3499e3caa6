package io.flowsvi.integration;

import io.flowsvi.flows.family.FlowFamily;
import io.flowsvi.flows.layer.Chain;
import io.flowsvi.flows.layer.Householder;
import io.flowsvi.flows.layer.LowerTriangular;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.flows.layer.Planar;
import io.flowsvi.flows.layer.Reverse;
import io.flowsvi.flows.layer.ShiftScale;
import io.flowsvi.flows.layer.Sylvester;
import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Made;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.MultivariateNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The models and guides whose steps are timed, of the sizes the peers' scripts have: two masked
 * layers of 3D + 1 hidden units, eight planar layers, eight reflections.
 */
final class StepProblems {
  /**
   * A model with its data.
   *
   * @param name how tables call it
   * @param model the model
   * @param data its data
   */
  record Problem<D>(String name, Model<D> model, D data) {}

  /** Rows of predictors, a group and an outcome for each. */
  private record Rows(double[] x, int[] group, double[] y) {}

  private StepProblems() {}

  /** The problems of the table, by name. */
  static Map<String, Problem<?>> problems() {
    Map<String, Problem<?>> all = new LinkedHashMap<>();
    all.put("schools", new Problem<>("schools", new EightSchools(), EightSchools.Data.bundled()));
    all.put("logistic", logistic(1000, 20));
    all.put("radon", radon(919, 85));
    all.put("gauss100", gauss(100));
    return all;
  }

  private static Rows rows(int n, int k, int groups) {
    UniformRandomProvider random = Seed.of(1).generator();
    Rows rows = new Rows(new double[n * k], new int[n], new double[n]);
    for (int i = 0; i < n; i++) {
      double eta = 0;
      for (int j = 0; j < k; j++) {
        rows.x()[i * k + j] = 2 * random.nextDouble() - 1;
        eta += rows.x()[i * k + j] * (j % 3 - 1);
      }
      rows.group()[i] = i < groups ? i : random.nextInt(groups);
      rows.y()[i] = random.nextDouble() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
    }
    return rows;
  }

  /** Logistic regression of n rows and k predictors. */
  static Problem<?> logistic(int n, int k) {
    Model<Rows> model =
        (ctx, d) -> {
          Tensor alpha = ctx.sample(new Latent("alpha"), Normal.of(0, 1));
          Tensor beta = ctx.sample(new Latent("beta"), Normal.of(0, 1).event(k));
          ctx.plate(
              Plate.of("row", n),
              () -> {
                Tensor logits = ctx.data(d.x(), Shape.of(n, k)).linear(beta).plus(alpha);
                ctx.observe(
                    new Observed("y"), Bernoulli.logits(logits), ctx.data(d.y(), Shape.of(n)));
              });
        };
    return new Problem<>("logistic", model, rows(n, k, 1));
  }

  /** A regression with one predictor, an intercept for each group and both scales unknown. */
  static Problem<?> radon(int n, int groups) {
    Plate plate = Plate.of("group", groups);
    Model<Rows> model =
        (ctx, d) -> {
          Tensor mu = ctx.sample(new Latent("mu"), Normal.of(0, 5));
          Tensor between = ctx.sample(new Latent("between"), HalfCauchy.of(1));
          Tensor slope = ctx.sample(new Latent("slope"), Normal.of(0, 5));
          Tensor within = ctx.sample(new Latent("within"), HalfCauchy.of(5));
          Tensor a = ctx.plate(plate, () -> ctx.sample(new Latent("a"), Normal.of(mu, between)));
          ctx.plate(
              Plate.of("row", n),
              () -> {
                Shape each = Shape.of(n);
                Tensor intercept = ctx.gather(a, plate, ctx.data(d.group(), each));
                Tensor mean = intercept.plus(slope.times(ctx.data(d.x(), each)));
                ctx.observe(new Observed("y"), Normal.of(mean, within), ctx.data(d.y(), each));
              });
        };
    return new Problem<>("radon", model, rows(n, 1, groups));
  }

  /** A normal of D dimensions with covariances 0.9^|i − j|. */
  static Problem<?> gauss(int dim) {
    double[] tril = new double[dim * dim];
    for (int i = 0; i < dim; i++) {
      for (int j = 0; j <= i; j++) {
        tril[i * dim + j] = Math.pow(0.9, i - j) * (j == 0 ? 1 : Math.sqrt(1 - 0.81));
      }
    }
    Model<double[]> model =
        (ctx, d) ->
            ctx.sample(
                new Latent("z"),
                MultivariateNormal.scaleTril(
                    ctx.data(new double[dim], Shape.of(dim)), ctx.data(d, Shape.of(dim, dim))));
    return new Problem<>("gauss" + dim, model, tril);
  }

  /** The first energy of Rezende and Mohamed (2015): a ring with two bright sides. */
  static Problem<?> energy() {
    Normal wide = Normal.of(0, 5);
    Model<String> model =
        (ctx, d) -> {
          Tensor z = ctx.sample(new Latent("z"), wide.event(2));
          Tensor x = z.at(-1, 0);
          Tensor sides = bump(x, 2, 0.6).exp().plus(bump(x, -2, 0.6).exp()).log();
          Tensor ring = bump(z.square().sum(-1).plus(1e-12).sqrt(), 2, 0.4);
          ctx.factor(new Factor("energy"), ring.plus(sides).minus(wide.event(2).logProb(z)));
        };
    return new Problem<>("energy", model, "");
  }

  /** −½((t − centre)/s)². */
  private static Tensor bump(Tensor t, double centre, double s) {
    return t.minus(centre).over(s).square().times(-0.5);
  }

  /** The guides of the table, by name. */
  static Map<String, FlowFamily> guides() {
    Map<String, FlowFamily> guides = new LinkedHashMap<>();
    guides.put("mean-field", (d, s) -> Chain.of(d).then(new ShiftScale(d, 0.1)));
    guides.put("full-rank", (d, s) -> Chain.of(d).then(new LowerTriangular(d, 0.1)));
    guides.put("iaf(2)", iaf(2));
    guides.put("planar(8)", planar(8));
    guides.put(
        "householder(8)",
        (d, s) ->
            Chain.of(d)
                .then(new ShiftScale(d, 0.1))
                .then(new Householder(d, 8))
                .then(new ShiftScale(d, 1)));
    guides.put(
        "sylvester(2)",
        (d, s) -> {
          int m = Math.min(d, 8);
          return Chain.of(d)
              .then(new ShiftScale(d, 0.1))
              .then(Sylvester.orthogonal(d, m))
              .then(Sylvester.orthogonal(d, m));
        });
    return guides;
  }

  /** Masked layers of 3D + 1 rectified units, the order reversed between. */
  static FlowFamily iaf(int layers) {
    return (d, s) -> {
      Chain chain = Chain.of(d);
      for (int i = 0; i < layers; i++) {
        Made made = Made.of(s.child("made" + i), d, 3 * d + 1, 0, Activation.RELU);
        chain = chain.then(new MaskedAffine(made, MaskedAffine.Scale.FREE));
        chain = i + 1 < layers ? chain.then(new Reverse(d)) : chain;
      }
      return chain;
    };
  }

  /** Planar layers after a diagonal normal. */
  static FlowFamily planar(int layers) {
    return (d, s) -> {
      Chain chain = Chain.of(d).then(new ShiftScale(d, 0.1));
      for (int i = 0; i < layers; i++) {
        chain = chain.then(new Planar(d));
      }
      return chain;
    };
  }
}
