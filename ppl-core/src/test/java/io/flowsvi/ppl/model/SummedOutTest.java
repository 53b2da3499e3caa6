package io.flowsvi.ppl.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Binomial;
import io.flowsvi.ppl.dist.Categorical;
import io.flowsvi.ppl.dist.MarkovChain;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.dist.Uniform;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class SummedOutTest {
  private static final Latent LOC = new Latent("loc");
  private static final Latent TILT = new Latent("tilt");
  private static final Latent Z = new Latent("z");
  private static final Latent FLAG = new Latent("flag");
  private static final Observed OBSERVED = new Observed("y");
  private static final double[] Y = {-1, 0.5, 3, 2.2};
  private static final double[] WEIGHTS = {0.5, 0.2, 0.3};
  private static final double SD = 0.7;

  private static Tensor numbers(double... values) {
    return Arena.current().tensor(values, Shape.of(values.length));
  }

  private static Tensor logWeights() {
    return numbers(Math.log(0.5), Math.log(0.2), Math.log(0.3));
  }

  private static Tensor rows(Context ctx, double[] y) {
    return ctx.data(y, Shape.of(y.length));
  }

  private static double normal(double x, double m, double s) {
    return ByHand.normal(x, m, s);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** log of the sum over all assignments of n latents with values below k of e^log. */
  private static double sum(int n, int k, ToDoubleFunction<int[]> log) {
    double sum = 0;
    int[] z = new int[n];
    for (int code = 0; code < Math.pow(k, n); code++) {
      int rest = code;
      for (int i = 0; i < n; i++) {
        z[i] = rest % k;
        rest /= k;
      }
      sum += Math.exp(log.applyAsDouble(z));
    }
    return Math.log(sum);
  }

  // ---- rows of a plate

  private static void mixture(Context ctx, double[] y) {
    Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
    Tensor tilt = ctx.sample(TILT, Normal.of(0, 1));
    ctx.plate(
        Plate.of("row", y.length),
        () -> {
          Tensor z = ctx.sample(Z, Categorical.logits(logWeights()));
          Tensor flag = ctx.sample(FLAG, Bernoulli.logits(tilt));
          ctx.observe(OBSERVED, Normal.of(loc.plus(z.times(1.5)).minus(flag), SD), rows(ctx, y));
          ctx.observe(new Observed("free"), Normal.of(loc, 2), rows(ctx, y));
        });
  }

  @Test
  void rowsOfPlate() {
    ByHand.agrees(
        SummedOutTest::mixture,
        Y,
        2,
        x -> {
          double total = normal(x[0], 0, 2) + normal(x[1], 0, 1);
          double p = sigmoid(x[1]);
          for (double y : Y) {
            total += normal(y, x[0], 2);
            total +=
                sum(
                    2,
                    3,
                    z ->
                        z[1] == 2
                            ? Double.NEGATIVE_INFINITY
                            : Math.log(WEIGHTS[z[0]])
                                + Math.log(z[1] == 1 ? p : 1 - p)
                                + normal(y, x[0] + 1.5 * z[0] - z[1], SD));
          }
          return total;
        });
  }

  @Test
  void latentsThatChooseAmongParameters() {
    ByHand.agrees(
        (ctx, y) -> {
          Tensor loc = ctx.sample(LOC, Normal.of(0, 2).event(3));
          ctx.plate(
              Plate.of("row", y.length),
              () -> {
                Tensor z = ctx.sample(Z, Categorical.logits(logWeights()));
                ctx.observe(OBSERVED, Normal.of(loc.choose(z), SD), rows(ctx, y));
              });
        },
        Y,
        3,
        x -> {
          double total = normal(x[0], 0, 2) + normal(x[1], 0, 2) + normal(x[2], 0, 2);
          for (double y : Y) {
            total += sum(1, 3, z -> Math.log(WEIGHTS[z[0]]) + normal(y, x[z[0]], SD));
          }
          return total;
        });
  }

  @Test
  void classesOfOuterRowsWithObservationsInside() {
    double[] y = {0.1, 1.4, -0.3, 2, 0.7, 1.1};
    ByHand.agrees(
        (ctx, data) -> {
          Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
          ctx.plate(
              Plate.of("person", 2),
              () -> {
                Tensor z = ctx.sample(Z, Categorical.logits(logWeights()));
                ctx.plate(
                    Plate.of("item", 3),
                    () ->
                        ctx.observe(
                            OBSERVED, Normal.of(loc.plus(z), SD), ctx.data(data, Shape.of(2, 3))));
              });
        },
        y,
        1,
        x -> normal(x[0], 0, 2) + classes(x[0], y, new int[] {0, 0, 0, 1, 1, 1}));
  }

  private static double classes(double loc, double[] y, int[] of) {
    return sum(
        2,
        3,
        z -> {
          double log = Math.log(WEIGHTS[z[0]]) + Math.log(WEIGHTS[z[1]]);
          for (int i = 0; i < y.length; i++) {
            log += normal(y[i], loc + z[of[i]], SD);
          }
          return log;
        });
  }

  @Test
  void classesGatheredByRowsOfAnotherPlate() {
    double[] y = {0.1, 1.4, -0.3, 2, 0.7};
    int[] of = {1, 0, 0, 1, 0};
    Plate person = Plate.of("person", 2);
    ByHand.agrees(
        (ctx, data) -> {
          Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
          Tensor z = ctx.plate(person, () -> ctx.sample(Z, Categorical.logits(logWeights())));
          ctx.plate(
              Plate.of("row", data.length),
              () -> {
                Tensor own = ctx.gather(z, person, ctx.data(of, Shape.of(of.length)));
                ctx.observe(OBSERVED, Normal.of(loc.plus(own), SD), rows(ctx, data));
              });
        },
        y,
        1,
        x -> normal(x[0], 0, 2) + classes(x[0], y, of));
  }

  @Test
  void continuousLatentsWithMixturesAsPriors() {
    ByHand.agrees(
        (ctx, y) ->
            ctx.plate(
                Plate.of("row", 2),
                () -> {
                  Tensor z = ctx.sample(Z, Categorical.logits(logWeights()));
                  Tensor x = ctx.sample(LOC, Normal.of(z, z.plus(1)));
                  ctx.observe(OBSERVED, Normal.of(x, SD), rows(ctx, y));
                }),
        new double[] {0.4, 2.1},
        2,
        x -> {
          double total = normal(0.4, x[0], SD) + normal(2.1, x[1], SD);
          for (double v : x) {
            total += sum(1, 3, z -> Math.log(WEIGHTS[z[0]]) + normal(v, z[0], 1 + z[0]));
          }
          return total;
        });
  }

  // ---- outside plates

  private static void changePoint(Context ctx, double[] y) {
    Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
    Tensor z = ctx.sample(Z, Categorical.logits(numbers(0, 0.5, 0, -0.5)));
    ctx.plate(
        Plate.of("time", y.length),
        () -> {
          Tensor time = rows(ctx, new double[] {0, 1, 2, 3});
          Tensor before = time.lessThan(z);
          ctx.observe(OBSERVED, Normal.of(before.select(loc, loc.plus(2)), SD), rows(ctx, y));
        });
  }

  private static double changePointByHand(double loc) {
    double[] logits = {0, 0.5, 0, -0.5};
    double norm = Math.log(2 + Math.exp(0.5) + Math.exp(-0.5));
    return sum(
        1,
        4,
        z -> {
          double log = logits[z[0]] - norm;
          for (int t = 0; t < Y.length; t++) {
            log += normal(Y[t], t < z[0] ? loc : loc + 2, SD);
          }
          return log;
        });
  }

  @Test
  void changePoints() {
    ByHand.agrees(
        SummedOutTest::changePoint, Y, 1, x -> normal(x[0], 0, 2) + changePointByHand(x[0]));
  }

  @Test
  void countsWithBound() {
    ByHand.agrees(
        (ctx, y) -> {
          Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
          Tensor n = ctx.sample(Z, Binomial.probs(3, 0.4));
          ctx.observe(OBSERVED, Normal.of(loc.plus(n), SD), numbers(y[0]).sum());
        },
        Y,
        1,
        x ->
            normal(x[0], 0, 2)
                + sum(
                    1,
                    4,
                    z ->
                        Math.log(new double[] {1, 3, 3, 1}[z[0]])
                            + z[0] * Math.log(0.4)
                            + (3 - z[0]) * Math.log(0.6)
                            + normal(Y[0], x[0] + z[0], SD)));
  }

  @Test
  void rowsThatDependOnOneOutsideTheirPlate() {
    ByHand.agrees(
        (ctx, y) -> {
          Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
          Tensor flag = ctx.sample(FLAG, Bernoulli.logits(0.3));
          ctx.plate(
              Plate.of("row", y.length),
              () -> {
                Tensor z = ctx.sample(Z, Bernoulli.logits(flag.times(2).minus(loc)));
                Tensor mean = loc.plus(z.times(1.5)).plus(flag);
                ctx.observe(OBSERVED, Normal.of(mean, SD), rows(ctx, y));
              });
        },
        Y,
        1,
        x ->
            normal(x[0], 0, 2)
                + sum(
                    1,
                    2,
                    f -> {
                      double log = Math.log(f[0] == 1 ? sigmoid(0.3) : 1 - sigmoid(0.3));
                      double p = sigmoid(2 * f[0] - x[0]);
                      for (double y : Y) {
                        log +=
                            sum(
                                1,
                                2,
                                z ->
                                    Math.log(z[0] == 1 ? p : 1 - p)
                                        + normal(y, x[0] + 1.5 * z[0] + f[0], SD));
                      }
                      return log;
                    }));
  }

  // ---- chains

  private static final double[][] MOVES = {{0.3, -1}, {-0.4, 0.9}};

  private static Tensor moves() {
    return Arena.current().tensor(new double[] {0.3, -1, -0.4, 0.9}, Shape.of(2, 2));
  }

  private static void loop(Context ctx, double[] y) {
    Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
    Tensor z = Tensor.number(0);
    for (int t = 0; t < y.length; t++) {
      Tensor stay = numbers(0.3, -0.4).choose(z);
      Tensor leave = numbers(-1, 0.9).choose(z);
      z = ctx.sample(Z.at(t), Bernoulli.logits(leave.minus(stay)));
      ctx.observe(new Observed("y" + t), Normal.of(loc.plus(z), SD), numbers(y[t]).sum());
    }
  }

  private static void chain(Context ctx, double[] y) {
    Tensor loc = ctx.sample(LOC, Normal.of(0, 2));
    Tensor z = ctx.sample(Z, MarkovChain.logits(numbers(MOVES[0]), moves(), y.length));
    Tensor mean = loc.unsqueeze(-1).plus(z);
    ctx.observe(OBSERVED, Normal.of(mean, SD).event(y.length), numbers(y));
  }

  private static double paths(double loc) {
    return sum(
        Y.length,
        2,
        z -> {
          double log = 0;
          for (int t = 0; t < z.length; t++) {
            double[] row = MOVES[t == 0 ? 0 : z[t - 1]];
            log += row[z[t]] - Math.log(Math.exp(row[0]) + Math.exp(row[1]));
            log += normal(Y[t], loc + z[t], SD);
          }
          return log;
        });
  }

  @Test
  void chainsInLoopAndAsOneSite() {
    ByHand.agrees(SummedOutTest::loop, Y, 1, x -> normal(x[0], 0, 2) + paths(x[0]));
    ByHand.agrees(SummedOutTest::chain, Y, 1, x -> normal(x[0], 0, 2) + paths(x[0]));
  }

  // ---- draws

  private static final int DRAWS = 20_000;

  /** Five standard errors of a share of so many draws: a false alarm in two million. */
  private static final double SHARE = 5 * 0.5 / Math.sqrt(DRAWS);

  private static Map<String, double[]> drawn(
      Model<double[]> model, double[] at, Simulation.Observations observations) {
    try (Session session = Session.open(5)) {
      ModelStructure structure = ModelStructure.of(session, model, Y);
      return session.compute(
          arena -> {
            double[] points = new double[DRAWS * at.length];
            for (int i = 0; i < points.length; i++) {
              points[i] = at[i % at.length];
            }
            Tensor flat = arena.tensor(points, Shape.of(DRAWS, at.length));
            Map<String, Tensor> run =
                Simulation.posterior(
                    structure, model, Y, structure.assign(flat), session.seed(), observations);
            return run.entrySet().stream()
                .collect(
                    java.util.stream.Collectors.toMap(
                        Map.Entry::getKey, e -> e.getValue().toDoubles()));
          });
    }
  }

  private static double share(double[] draws, double value, int row, int rows) {
    int count = 0;
    for (int i = row; i < draws.length; i += rows) {
      count += draws[i] == value ? 1 : 0;
    }
    return (double) count * rows / draws.length;
  }

  @Test
  void drawsOfRowsHaveTheirPosterior() {
    Map<String, double[]> run =
        drawn(SummedOutTest::mixture, new double[] {0.3, -0.4}, Simulation.Observations.REPLICATE);
    double p = sigmoid(-0.4);
    for (int row = 0; row < Y.length; row++) {
      double[] joint = new double[6];
      double sum = 0;
      for (int i = 0; i < 6; i++) {
        double prior = WEIGHTS[i / 2] * (i % 2 == 1 ? p : 1 - p);
        joint[i] = prior * Math.exp(normal(Y[row], 0.3 + 1.5 * (i / 2) - i % 2, SD));
        sum += joint[i];
      }
      double[] z = run.get("z");
      double[] flag = run.get("flag");
      int both = 0;
      for (int i = row; i < z.length; i += Y.length) {
        both += z[i] == 1 && flag[i] == 1 ? 1 : 0;
      }
      // Jointly, and one by one.
      assertThat((double) both / DRAWS).isCloseTo(joint[3] / sum, within(SHARE));
      assertThat(share(z, 2, row, Y.length)).isCloseTo((joint[4] + joint[5]) / sum, within(SHARE));
    }
    // Replicates of what depends on them are there, too.
    assertThat(run.get("y")).hasSize(DRAWS * Y.length);
  }

  @Test
  void drawsOfChangePointsHaveTheirPosterior() {
    double[] z =
        drawn(SummedOutTest::changePoint, new double[] {0}, Simulation.Observations.SKIP).get("z");
    double all = changePointByHand(0);
    double[] logits = {0, 0.5, 0, -0.5};
    double norm = Math.log(2 + Math.exp(0.5) + Math.exp(-0.5));
    for (int k = 0; k < 4; k++) {
      double log = logits[k] - norm;
      for (int t = 0; t < Y.length; t++) {
        log += normal(Y[t], t < k ? 0 : 2, SD);
      }
      assertThat(share(z, k, 0, 1)).isCloseTo(Math.exp(log - all), within(SHARE));
    }
  }

  @Test
  void drawsOfChainsHaveTheirPosterior() {
    double all = paths(0.4);
    Map<String, double[]> run =
        drawn(SummedOutTest::loop, new double[] {0.4}, Simulation.Observations.SKIP);
    double[] one =
        drawn(SummedOutTest::chain, new double[] {0.4}, Simulation.Observations.SKIP).get("z");
    int n = Y.length;
    for (int code = 0; code < 16; code++) {
      double log = 0;
      for (int t = 0; t < n; t++) {
        double[] row = MOVES[t == 0 ? 0 : code >> t - 1 & 1];
        int state = code >> t & 1;
        log += row[state] - Math.log(Math.exp(row[0]) + Math.exp(row[1]));
        log += normal(Y[t], 0.4 + state, SD);
      }
      int inLoop = 0;
      int asOne = 0;
      for (int i = 0; i < DRAWS; i++) {
        boolean same = true;
        boolean path = true;
        for (int t = 0; t < n; t++) {
          same &= run.get(Z.at(t).name())[i] == (code >> t & 1);
          path &= one[i * n + t] == (code >> t & 1);
        }
        inLoop += same ? 1 : 0;
        asOne += path ? 1 : 0;
      }
      assertThat((double) inLoop / DRAWS).isCloseTo(Math.exp(log - all), within(SHARE));
      assertThat((double) asOne / DRAWS).isCloseTo(Math.exp(log - all), within(SHARE));
    }
  }

  @Test
  void logLikelihoodOfRowsIsSummedOut() {
    double[] y =
        drawn(SummedOutTest::mixture, new double[] {0.3, -0.4}, Simulation.Observations.SCORE)
            .get("y");
    double p = sigmoid(-0.4);
    double expected =
        sum(
            2,
            3,
            z ->
                z[1] == 2
                    ? Double.NEGATIVE_INFINITY
                    : Math.log(WEIGHTS[z[0]])
                        + Math.log(z[1] == 1 ? p : 1 - p)
                        + normal(Y[2], 0.3 + 1.5 * z[0] - z[1], SD));
    assertThat(y[2]).isCloseTo(expected, within(1e-12));
    assertThatThrownBy(
            () ->
                drawn(SummedOutTest::changePoint, new double[] {0}, Simulation.Observations.SCORE))
        .hasMessageContaining("'y' has no log likelihood row by row");
  }

  // ---- what cannot be

  private static void refused(Model<double[]> model, String... words) {
    try (Session session = Session.open(1)) {
      assertThatThrownBy(() -> ModelStructure.of(session, model, Y)).hasMessageContainingAll(words);
    }
  }

  @Test
  void namesWhatCannotBeSummedOut() {
    refused(
        (ctx, y) -> ctx.plate(Plate.of("row", 4), () -> ctx.sample(Z, Poisson.of(0.0))),
        "'z' (Poisson) is discrete",
        "without a bound",
        "Likely fix");
    refused(
        (ctx, y) -> ctx.sample(Z, Categorical.logits(Arena.current().zeros(Shape.of(3000)))),
        "'z'",
        "3000 values",
        "At most 2000");
    refused(
        (ctx, y) -> ctx.sample(Z, Bernoulli.logits(0).event(4)),
        "'z'",
        "a vector of independent elements",
        "sample one in each row of a plate");
    refused(
        (ctx, y) -> {
          Tensor z = ctx.sample(Z, Bernoulli.logits(0));
          ctx.sample(LOC, Uniform.of(z, 5.0));
        },
        "'loc'",
        "its support depends on the discrete [z]");
  }

  @Test
  void namesWhatIsNotLocal() {
    refused(
        (ctx, y) -> {
          Tensor z = ctx.plate(Plate.of("row", 4), () -> ctx.sample(Z, Bernoulli.logits(0)));
          ctx.plate(
              Plate.of("other", 4), () -> ctx.observe(OBSERVED, Normal.of(z, 1), rows(ctx, y)));
        },
        "'z' is discrete and sampled in",
        "site 'y' in",
        "ctx.gather");
    Plate two = Plate.of("two", 2);
    refused(
        (ctx, y) -> {
          Tensor z = ctx.plate(two, () -> ctx.sample(Z, Bernoulli.logits(0)));
          ctx.plate(
              Plate.of("match", 4),
              () -> {
                Tensor a = ctx.gather(z, two, ctx.data(new int[] {0, 1, 0, 1}, Shape.of(4)));
                Tensor b = ctx.gather(z, two, ctx.data(new int[] {1, 0, 1, 0}, Shape.of(4)));
                ctx.observe(OBSERVED, Normal.of(a.minus(b), 1), rows(ctx, y));
              });
        },
        "'z' is discrete, and two different rows of plate",
        "are gathered");
    refused(
        (ctx, y) -> {
          Tensor z = ctx.sample(Z, Bernoulli.logits(0));
          ctx.plate(
              Plate.batch("row", new int[] {0, 1, 2, 3}, 40),
              () -> ctx.observe(OBSERVED, Normal.of(z, 1), rows(ctx, y)));
        },
        "'z' is discrete",
        "a batch: summing it out needs all rows");
    refused(
        (ctx, y) -> {
          Tensor z = ctx.sample(Z, MarkovChain.logits(numbers(0, 0), moves(), 4));
          ctx.observe(OBSERVED, Normal.of(z.at(-1, 2), 1), numbers(y[0]).sum());
        },
        "'z' is a chain",
        "'y' does not depend on it step by step");
    Plate row = Plate.of("row", 4);
    refused(
        (ctx, y) -> {
          Tensor a = ctx.plate(row, () -> ctx.sample(Z, Bernoulli.logits(0)));
          ctx.plate(
              Plate.of("column", 4),
              () -> {
                Tensor b = ctx.sample(FLAG, Bernoulli.logits(0));
                ctx.plate(
                    row,
                    () ->
                        ctx.observe(
                            OBSERVED,
                            Normal.of(a.plus(b), 1),
                            ctx.data(new double[16], Shape.of(4, 4))));
              });
        },
        "is discrete, and site 'y' depends on it and on",
        "neither is local to the other");
    refused(
        (ctx, y) -> {
          Tensor sum = Tensor.number(0);
          for (int t = 0; t < 15; t++) {
            sum = sum.plus(ctx.sample(Z.at(t), Bernoulli.logits(0)));
          }
          ctx.observe(OBSERVED, Normal.of(sum, 1), numbers(y[0]).sum());
        },
        "hangs together with",
        "32768 combinations of values, too many");
  }
}
