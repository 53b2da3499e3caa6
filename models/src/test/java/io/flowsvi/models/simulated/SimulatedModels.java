package io.flowsvi.models.simulated;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.Dirichlet;
import io.flowsvi.ppl.dist.Exponential;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.GaussianRandomWalk;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.Kernel;
import io.flowsvi.ppl.dist.LogNormal;
import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.dist.MultivariateNormal;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Ordered;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.dist.StudentT;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Derived;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.ode.Ode;
import io.flowsvi.ppl.ode.RungeKutta;
import io.flowsvi.ppl.ode.Trajectory;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/** Posteriors of the kinds that people write models for, with simulated data. */
final class SimulatedModels {
  private static final Observed Y = new Observed("y");

  private SimulatedModels() {}

  /** All by name; each model has its data in it. */
  static Map<String, Model<String>> all() {
    Map<String, Model<String>> all = new LinkedHashMap<>();
    all.put("mixture-of-three", mixture());
    all.put("hidden-markov-3", hiddenMarkov());
    all.put("change-point", changePoint());
    all.put("gp-poisson", gaussianProcess());
    all.put("logistic-growth-ode", growth());
    all.put("irt-2pl", itemResponse());
    all.put("varying-slopes-logistic", varyingSlopes());
    all.put("local-level", localLevel());
    all.put("horseshoe", horseshoe());
    all.put("weibull-survival", survival());
    all.put("multinomial-logit", multinomial());
    all.put("robust-regression", robust());
    return all;
  }

  private static Latent latent(String name) {
    return new Latent(name);
  }

  /** Numbers by a rule, with noise that is the same every time. */
  private interface Rule {
    double of(int i, ZigguratSampler.NormalizedGaussian normal, UniformRandomProvider random);
  }

  private static double[] simulated(String name, int n, Rule rule) {
    UniformRandomProvider random = Seed.of(20).fold(name).generator();
    ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = rule.of(i, normal, random);
    }
    return x;
  }

  private static double poisson(double rate, UniformRandomProvider random) {
    double limit = Math.exp(-rate);
    int count = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      count++;
    }
    return count;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static Tensor rows(Context ctx, double[] y) {
    return ctx.data(y, Shape.of(y.length));
  }

  private static Tensor ordered(Context ctx, String name, int k) {
    Tensor value = ctx.sample(latent(name), ImproperUniform.on(Ordered.INSTANCE, Shape.of(k)));
    ctx.factor(new Factor(name + "_prior"), Normal.of(0, 5).event(k).logProb(value));
    return value;
  }

  private static Model<String> mixture() {
    double[] y =
        simulated(
            "mixture",
            150,
            (i, n, r) ->
                new double[] {-3, 0, 4}[i % 5 < 2 ? 0 : i % 5 < 3 ? 1 : 2] + 0.8 * n.sample());
    return (ctx, d) -> {
      Tensor weights =
          ctx.sample(
              latent("weights"), Dirichlet.of(ctx.data(new double[] {2, 2, 2}, Shape.of(3))));
      Tensor mean = ordered(ctx, "mean", 3);
      Tensor sd = ctx.sample(latent("sd"), HalfNormal.of(2).event(3));
      ctx.plate(
          Plate.of("row", y.length),
          () -> {
            Tensor z = ctx.sample(latent("z"), Categorical.logits(weights.log()));
            ctx.observe(Y, Normal.of(mean.choose(z), sd.choose(z)), rows(ctx, y));
          });
    };
  }

  private static Model<String> hiddenMarkov() {
    double[] y =
        simulated(
            "markov", 120, (i, n, r) -> new double[] {-2, 0.5, 3}[i / 9 % 3] + 0.9 * n.sample());
    return (ctx, d) -> {
      Tensor moves =
          ctx.sample(
              latent("moves"),
              Dirichlet.of(ctx.data(new double[] {4, 1, 1, 1, 4, 1, 1, 1, 4}, Shape.of(3, 3)))
                  .event(3));
      Tensor mean = ordered(ctx, "mean", 3);
      Tensor sd = ctx.sample(latent("sd"), HalfNormal.of(1));
      Tensor first = ctx.data(new double[3], Shape.of(3));
      Tensor z = ctx.sample(latent("z"), MarkovChain.logits(first, moves.log(), y.length));
      Tensor centre = mean.unsqueeze(mean.shape().rank() - 1).choose(z);
      ctx.observe(Y, Normal.of(centre, sd.unsqueeze(-1)).event(y.length), rows(ctx, y));
    };
  }

  private static Model<String> changePoint() {
    int n = 60;
    double[] y = simulated("change", n, (i, g, r) -> poisson(i < 37 ? 3 : 1.2, r));
    double[] time = simulated("time", n, (i, g, r) -> i);
    return (ctx, d) -> {
      Tensor early = ctx.sample(latent("early"), Gamma.of(2, 1));
      Tensor late = ctx.sample(latent("late"), Gamma.of(2, 1));
      Tensor at =
          ctx.sample(latent("at"), Categorical.logits(ctx.data(new double[n], Shape.of(n))));
      ctx.plate(
          Plate.of("time", n),
          () -> {
            Tensor rate = rows(ctx, time).lessThan(at).select(early, late);
            ctx.observe(Y, Poisson.of(rate.log()), rows(ctx, y));
          });
    };
  }

  private static Model<String> gaussianProcess() {
    int n = 25;
    double[] x = simulated("inputs", n, (i, g, r) -> i / 5.0);
    double[] y = simulated("counts", n, (i, g, r) -> poisson(Math.exp(1 + Math.sin(x[i])), r));
    return (ctx, d) -> {
      Tensor scale = ctx.sample(latent("scale"), HalfNormal.of(1));
      Tensor length = ctx.sample(latent("length"), LogNormal.of(0, 0.5));
      Tensor mean = ctx.sample(latent("mean"), Normal.of(0, 2));
      Tensor k = Kernel.MATERN_52.covariance(x, scale, length);
      Tensor f = ctx.sample(latent("f"), MultivariateNormal.jittered(Tensor.number(0), k));
      ctx.observe(Y, Poisson.of(f.plus(mean.unsqueeze(-1))).event(n), rows(ctx, y));
    };
  }

  private static Model<String> growth() {
    int n = 15;
    double[] times = simulated("times", n, (i, g, r) -> i + 1.0);
    double[] y =
        simulated(
            "growth",
            n,
            (i, g, r) -> 50 / (1 + 9 * Math.exp(-0.6 * times[i])) * Math.exp(0.1 * g.sample()));
    Ode logistic = Ode.of(RungeKutta.every(0.25), "size");
    return (ctx, d) -> {
      Tensor rate = ctx.sample(latent("rate"), LogNormal.of(-1, 0.7));
      Tensor capacity = ctx.sample(latent("capacity"), LogNormal.of(4, 1));
      Tensor start = ctx.sample(latent("start"), LogNormal.of(1.5, 0.5));
      Tensor noise = ctx.sample(latent("noise"), HalfNormal.of(0.5));
      Trajectory path =
          ctx.ode(
              new Derived("path"),
              logistic,
              (t, s) ->
                  List.of(
                      rate.times(s.get("size"))
                          .times(s.get("size").over(capacity).negate().plus(1))),
              List.of(start),
              0,
              times);
      ctx.observe(
          Y, LogNormal.of(path.get("size").log(), noise.unsqueeze(-1)).event(n), rows(ctx, y));
    };
  }

  private static Model<String> itemResponse() {
    int persons = 40;
    int items = 12;
    double[] y =
        simulated(
            "answers",
            persons * items,
            (i, g, r) -> {
              double ability = 2 * Math.sin(1.0 + i / items * 7);
              double difficulty = (i % items - 5.5) / 3;
              double slope = 0.6 + (i % items) % 4 * 0.4;
              return r.nextDouble() < sigmoid(slope * (ability - difficulty)) ? 1 : 0;
            });
    Plate person = Plate.of("person", persons);
    Plate item = Plate.of("item", items);
    return (ctx, d) -> {
      Tensor ability = ctx.plate(person, () -> ctx.sample(latent("ability"), Normal.of(0, 1)));
      ctx.plate(
          item,
          () -> {
            Tensor slope = ctx.sample(latent("slope"), LogNormal.of(0, 0.5));
            Tensor difficulty = ctx.sample(latent("difficulty"), Normal.of(0, 1.5));
            ctx.plate(
                person,
                () ->
                    ctx.observe(
                        Y,
                        Bernoulli.logits(slope.times(ability.minus(difficulty))),
                        ctx.data(transposed(y, persons, items), Shape.of(items, persons))));
          });
    };
  }

  private static double[] transposed(double[] y, int rows, int columns) {
    double[] t = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      t[i % columns * rows + i / columns] = y[i];
    }
    return t;
  }

  private static Model<String> varyingSlopes() {
    int n = 300;
    int groups = 15;
    double[] x = simulated("x", n, (i, g, r) -> g.sample());
    int[] group = new int[n];
    for (int i = 0; i < n; i++) {
      group[i] = i % groups;
    }
    double[] y =
        simulated(
            "votes",
            n,
            (i, g, r) -> {
              double eta = Math.sin(group[i] * 5.0) + (0.8 + 0.5 * Math.cos(group[i])) * x[i];
              return r.nextDouble() < sigmoid(eta) ? 1 : 0;
            });
    Plate plate = Plate.of("group", groups);
    return (ctx, d) -> {
      Tensor mean = ctx.sample(latent("mean"), Normal.of(0, 2));
      Tensor slope = ctx.sample(latent("slope"), Normal.of(0, 2));
      Tensor sdMean = ctx.sample(latent("sd_mean"), HalfCauchy.of(1));
      Tensor sdSlope = ctx.sample(latent("sd_slope"), HalfCauchy.of(1));
      Tensor own = ctx.plate(plate, () -> ctx.sample(latent("own"), Normal.of(mean, sdMean)));
      Tensor ownSlope =
          ctx.plate(plate, () -> ctx.sample(latent("own_slope"), Normal.of(slope, sdSlope)));
      ctx.plate(
          Plate.of("row", n),
          () -> {
            Tensor index = ctx.data(group, Shape.of(n));
            Tensor eta =
                ctx.gather(own, plate, index)
                    .plus(ctx.gather(ownSlope, plate, index).times(rows(ctx, x)));
            ctx.observe(Y, Bernoulli.logits(eta), rows(ctx, y));
          });
    };
  }

  private static Model<String> localLevel() {
    int n = 80;
    double[] y = simulated("level", n, (i, g, r) -> 2 * Math.sin(i / 12.0) + 0.5 * g.sample());
    return (ctx, d) -> {
      Tensor step = ctx.sample(latent("step"), HalfNormal.of(1));
      Tensor noise = ctx.sample(latent("noise"), HalfNormal.of(1));
      Tensor level = ctx.sample(latent("level"), GaussianRandomWalk.of(n, step));
      ctx.observe(Y, Normal.of(level, noise.unsqueeze(-1)).event(n), rows(ctx, y));
    };
  }

  private static Model<String> horseshoe() {
    int n = 80;
    int k = 12;
    double[] x = simulated("design", n * k, (i, g, r) -> g.sample());
    double[] y =
        simulated("outcome", n, (i, g, r) -> 2 * x[i * k] - 1.5 * x[i * k + 1] + g.sample());
    return (ctx, d) -> {
      Tensor global = ctx.sample(latent("global"), HalfCauchy.of(0.2));
      Tensor local = ctx.sample(latent("local"), HalfCauchy.of(1).event(k));
      Tensor sd = ctx.sample(latent("sd"), HalfNormal.of(2));
      Tensor beta =
          ctx.sample(latent("beta"), Normal.of(0, local.times(global.unsqueeze(-1))).event(k));
      ctx.plate(
          Plate.of("row", n),
          () ->
              ctx.observe(
                  Y, Normal.of(ctx.data(x, Shape.of(n, k)).linear(beta), sd), rows(ctx, y)));
    };
  }

  private static Model<String> survival() {
    int n = 120;
    double[] x = simulated("treated", n, (i, g, r) -> i % 2);
    double[] raw =
        simulated(
            "life",
            n,
            (i, g, r) -> Math.exp(1 + 0.7 * x[i]) * Math.pow(-Math.log(r.nextDouble()), 1 / 1.5));
    double[] time = simulated("seen", n, (i, g, r) -> Math.min(raw[i], 4));
    double[] event = simulated("event", n, (i, g, r) -> raw[i] < 4 ? 1 : 0);
    return (ctx, d) -> {
      Tensor shape = ctx.sample(latent("shape"), Gamma.of(2, 1));
      Tensor alpha = ctx.sample(latent("alpha"), Normal.of(0, 3));
      Tensor beta = ctx.sample(latent("beta"), Normal.of(0, 1));
      ctx.plate(
          Plate.of("row", n),
          () -> {
            // log S(t) = −(t/λ)^k; the density of an event adds the log hazard.
            Tensor logScale = alpha.plus(beta.times(rows(ctx, x)));
            Tensor logRatio = rows(ctx, time).log().minus(logScale);
            Tensor survival = logRatio.times(shape).exp().negate();
            Tensor hazard = shape.log().plus(logRatio.times(shape)).minus(rows(ctx, time).log());
            ctx.factor(new Factor("life"), survival.plus(hazard.times(rows(ctx, event))));
          });
    };
  }

  private static Model<String> multinomial() {
    int n = 150;
    double[] x = simulated("income", n, (i, g, r) -> g.sample());
    double[] y =
        simulated(
            "choice",
            n,
            (i, g, r) -> {
              double a = Math.exp(0.5 + x[i]);
              double b = Math.exp(-0.5 - 0.7 * x[i]);
              double u = r.nextDouble() * (1 + a + b);
              return u < 1 ? 0 : u < 1 + a ? 1 : 2;
            });
    return (ctx, d) -> {
      Tensor alpha = ctx.sample(latent("alpha"), Normal.of(0, 2).event(2));
      Tensor beta = ctx.sample(latent("beta"), Normal.of(0, 2).event(2));
      ctx.plate(
          Plate.of("row", n),
          () -> {
            Tensor eta = alpha.plus(beta.times(rows(ctx, x).unsqueeze(-1)));
            ctx.observe(Y, Categorical.logits(eta.pad(-1, 1, 0)), rows(ctx, y));
          });
    };
  }

  private static Model<String> robust() {
    int n = 60;
    double[] x = simulated("dose", n, (i, g, r) -> g.sample());
    double[] y =
        simulated("response", n, (i, g, r) -> 1 + 2 * x[i] + g.sample() * (i % 10 == 0 ? 6 : 0.7));
    return (ctx, d) -> {
      Tensor alpha = ctx.sample(latent("alpha"), Normal.of(0, 5));
      Tensor beta = ctx.sample(latent("beta"), Normal.of(0, 5));
      Tensor scale = ctx.sample(latent("scale"), Exponential.of(1));
      Tensor df = ctx.sample(latent("df"), Gamma.of(2, 0.1));
      ctx.plate(
          Plate.of("row", n),
          () ->
              ctx.observe(
                  Y, StudentT.of(df, alpha.plus(beta.times(rows(ctx, x))), scale), rows(ctx, y)));
    };
  }
}
