package io.flowsvi.flows.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowsvi.flows.verdict.Untrusted;
import io.flowsvi.ppl.dist.Bernoulli;
import io.flowsvi.ppl.dist.Beta;
import io.flowsvi.ppl.dist.Cauchy;
import io.flowsvi.ppl.dist.Exponential;
import io.flowsvi.ppl.dist.Gamma;
import io.flowsvi.ppl.dist.HalfCauchy;
import io.flowsvi.ppl.dist.HalfNormal;
import io.flowsvi.ppl.dist.ImproperUniform;
import io.flowsvi.ppl.dist.InverseGamma;
import io.flowsvi.ppl.dist.Mixture;
import io.flowsvi.ppl.dist.Normal;
import io.flowsvi.ppl.dist.Poisson;
import io.flowsvi.ppl.dist.Positive;
import io.flowsvi.ppl.dist.Real;
import io.flowsvi.ppl.dist.StudentT;
import io.flowsvi.ppl.model.Context;
import io.flowsvi.ppl.model.Factor;
import io.flowsvi.ppl.model.Latent;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.model.Observed;
import io.flowsvi.ppl.model.Plate;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Models that go wrong: each ends in a fit with a judgement, or in a message that names a site;
 * never in a trace of the engine.
 */
class NastyModelsTest {
  private static final String WIDE = "500 latents";
  private static final Latent X = new Latent("x");
  private static final Latent S = new Latent("s");
  private static final Observed Y = new Observed("y");
  private static final double[] DATA = {1, 2.5, 0.3, 4, 2};

  /** How a model must end. */
  private enum End {
    /** In draws that are not flagged. */
    FIT,
    /** In draws that are flagged. */
    FLAGGED,
    /** In a message that names the site. */
    REFUSED,
    /** In any of these. */
    ANY
  }

  private record Nasty(End end, String site, Model<double[]> model, double[] data) {}

  private static void rows(Context ctx, double[] y, Tensor mean, Tensor scale) {
    ctx.plate(
        Plate.of("row", y.length),
        () -> ctx.observe(Y, Normal.of(mean, scale), ctx.data(y, Shape.of(y.length))));
  }

  private static Map<String, Nasty> models() {
    Map<String, Nasty> all = new LinkedHashMap<>();
    add(all, "infinite everywhere", End.REFUSED, "f", DATA, NastyModelsTest::infinite);
    add(all, "not a number everywhere", End.REFUSED, "f", DATA, NastyModelsTest::undefined);
    add(all, "infinite below zero", End.ANY, "x", DATA, NastyModelsTest::halfInfinite);
    add(all, "wrong support", End.REFUSED, "y", DATA, (c, y) -> counts(c, y));
    add(all, "negative scale", End.REFUSED, "y", DATA, NastyModelsTest::negativeScale);
    add(all, "improper posterior", End.FLAGGED, "x", DATA, NastyModelsTest::improper);
    add(all, "improper scale", End.ANY, "s", DATA, NastyModelsTest::improperScale);
    add(all, "sum not identified", End.ANY, "x", DATA, NastyModelsTest::unidentified);
    add(all, "sum held by priors", End.FIT, "x", DATA, NastyModelsTest::weaklyIdentified);
    add(all, "data times a million", End.FIT, "x", scaled(1e6), NastyModelsTest::flat);
    add(all, "data over a million", End.FIT, "x", scaled(1e-6), NastyModelsTest::flat);
    add(all, "data far away", End.FIT, "x", shifted(1e8), NastyModelsTest::flat);
    add(all, "data without spread", End.ANY, "s", new double[5], NastyModelsTest::flat);
    add(all, "one datum, flat scale", End.ANY, "s", new double[] {3}, NastyModelsTest::flat);
    add(
        all,
        "a datum is NaN",
        End.REFUSED,
        "y",
        new double[] {1, Double.NaN},
        NastyModelsTest::flat);
    add(
        all,
        "a datum is infinite",
        End.REFUSED,
        "y",
        new double[] {1, Double.POSITIVE_INFINITY},
        NastyModelsTest::flat);
    add(all, "constant column", End.FIT, "x", DATA, NastyModelsTest::constantColumn);
    add(all, "twice the same column", End.FIT, "x", DATA, NastyModelsTest::sameColumn);
    add(
        all,
        "labels switch",
        End.FIT,
        "x",
        new double[] {-2, -2.1, 2, 2.2},
        NastyModelsTest::labels);
    add(all, "a Cauchy", End.ANY, "x", DATA, (c, y) -> c.sample(X, Cauchy.of(0, 1)));
    add(all, "a half Cauchy", End.FIT, "s", DATA, (c, y) -> c.sample(S, HalfCauchy.of(1)));
    add(all, "variance does not exist", End.ANY, "s", DATA, NastyModelsTest::inverseGamma);
    add(all, "one degree of freedom", End.FIT, "x", new double[] {0, 50}, NastyModelsTest::outlier);
    add(all, "no observations", End.FIT, "x", DATA, (c, y) -> c.sample(X, Normal.of(2, 3)));
    add(all, "no rows", End.FLAGGED, "row", new double[0], NastyModelsTest::flat);
    add(all, "no latent", End.REFUSED, "y", DATA, NastyModelsTest::noLatent);
    add(all, "twice the same site", End.REFUSED, "x", DATA, NastyModelsTest::twice);
    add(all, "a discrete latent alone", End.REFUSED, "x", DATA, NastyModelsTest::discrete);
    add(all, "a mass at the edge", End.FIT, "p", DATA, NastyModelsTest::edge);
    add(all, "a narrow slit", End.ANY, "x", DATA, NastyModelsTest::slit);
    add(all, "a ring", End.ANY, "x", DATA, NastyModelsTest::ring);
    add(all, "a centred funnel", End.FIT, "s", DATA, NastyModelsTest::funnel);
    add(all, "separated logistic", End.FIT, "x", DATA, NastyModelsTest::separated);
    add(all, WIDE, End.ANY, "x", DATA, NastyModelsTest::wide);
    return all;
  }

  private static void add(
      Map<String, Nasty> all,
      String name,
      End end,
      String site,
      double[] data,
      Model<double[]> model) {
    all.put(name, new Nasty(end, site, model, data));
  }

  private static double[] scaled(double by) {
    return Arrays.stream(DATA).map(v -> v * by).toArray();
  }

  private static double[] shifted(double by) {
    return Arrays.stream(DATA).map(v -> v + by).toArray();
  }

  private static void infinite(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1));
    ctx.factor(new Factor("f"), x.times(0).plus(Double.NEGATIVE_INFINITY));
  }

  private static void undefined(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1));
    ctx.factor(new Factor("f"), x.square().plus(1).negate().log());
  }

  private static void halfInfinite(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1));
    ctx.factor(new Factor("f"), x.plus(0.5).log().times(3));
  }

  private static void counts(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1));
    ctx.plate(
        Plate.of("row", y.length),
        () -> ctx.observe(Y, Poisson.of(x), ctx.data(y, Shape.of(y.length))));
  }

  private static void negativeScale(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1));
    rows(ctx, y, x, x.minus(3));
  }

  private static void improper(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, ImproperUniform.on(Real.INSTANCE));
    ctx.factor(new Factor("f"), x.times(1e-3).tanh());
  }

  private static void improperScale(Context ctx, double[] y) {
    Tensor s = ctx.sample(S, ImproperUniform.on(Positive.INSTANCE));
    ctx.factor(new Factor("f"), s.reciprocal().negate());
  }

  private static void unidentified(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, ImproperUniform.on(Real.INSTANCE));
    Tensor z = ctx.sample(new Latent("z"), ImproperUniform.on(Real.INSTANCE));
    rows(ctx, y, x.plus(z), Tensor.number(1));
  }

  private static void weaklyIdentified(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1000));
    Tensor z = ctx.sample(new Latent("z"), Normal.of(0, 1000));
    rows(ctx, y, x.plus(z), Tensor.number(0.01));
  }

  private static void flat(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, ImproperUniform.on(Real.INSTANCE));
    Tensor s = ctx.sample(S, ImproperUniform.on(Positive.INSTANCE));
    rows(ctx, y, x, s);
  }

  private static void constantColumn(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 10));
    Tensor z = ctx.sample(new Latent("z"), Normal.of(0, 10));
    rows(ctx, y, x.plus(z.times(7)), Tensor.number(1));
  }

  private static void sameColumn(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 10).event(2));
    Tensor mean = x.at(-1, 0).plus(x.at(-1, 1));
    rows(ctx, y, mean, Tensor.number(1));
  }

  private static void labels(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 3));
    Tensor z = ctx.sample(new Latent("z"), Normal.of(0, 3));
    Tensor even = Tensor.stack(List.of(x.times(0), x.times(0)), -1);
    Mixture two = Mixture.of(even, List.of(Normal.of(x, 0.3), Normal.of(z, 0.3)));
    ctx.plate(
        Plate.of("row", y.length), () -> ctx.observe(Y, two, ctx.data(y, Shape.of(y.length))));
  }

  private static void inverseGamma(Context ctx, double[] y) {
    ctx.sample(S, InverseGamma.of(1, 1));
  }

  private static void outlier(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 100));
    ctx.plate(
        Plate.of("row", y.length),
        () -> ctx.observe(Y, StudentT.of(1, x, 1), ctx.data(y, Shape.of(y.length))));
  }

  private static void noLatent(Context ctx, double[] y) {
    rows(ctx, y, Tensor.number(0), Tensor.number(1));
  }

  private static void twice(Context ctx, double[] y) {
    ctx.sample(X, Normal.of(0, 1));
    ctx.sample(X, Normal.of(0, 1));
  }

  private static void discrete(Context ctx, double[] y) {
    ctx.sample(X, Bernoulli.logits(0));
  }

  private static void edge(Context ctx, double[] y) {
    ctx.sample(new Latent("p"), Beta.of(0.3, 0.3));
    ctx.sample(S, Gamma.of(0.3, 1));
  }

  private static void slit(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 1));
    ctx.factor(new Factor("f"), x.minus(0.7).over(1e-4).square().times(-0.5));
  }

  private static void ring(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 5));
    Tensor z = ctx.sample(new Latent("z"), Normal.of(0, 5));
    Tensor radius = x.square().plus(z.square()).plus(1e-12).sqrt();
    ctx.factor(new Factor("f"), radius.minus(3).over(0.2).square().times(-0.5));
  }

  private static void funnel(Context ctx, double[] y) {
    Tensor s = ctx.sample(S, HalfNormal.of(1));
    ctx.plate(
        Plate.of("row", y.length),
        () -> {
          Tensor x = ctx.sample(X, Normal.of(Tensor.number(0), s));
          ctx.observe(Y, Normal.of(x, 10), ctx.data(y, Shape.of(y.length)));
        });
  }

  private static void separated(Context ctx, double[] y) {
    Tensor x = ctx.sample(X, Normal.of(0, 20));
    double[] column = {-2, -1, 1, 2};
    ctx.plate(
        Plate.of("row", 4),
        () -> {
          Tensor logits = x.times(ctx.data(column, Shape.of(4)));
          ctx.observe(
              Y, Bernoulli.logits(logits), ctx.data(new double[] {0, 0, 1, 1}, Shape.of(4)));
        });
  }

  private static void wide(Context ctx, double[] y) {
    ctx.sample(X, Normal.of(1, 2).event(400));
    ctx.plate(Plate.of("row", 100), () -> ctx.sample(S, Exponential.of(1)));
  }

  static Stream<Arguments> nasty() {
    return models().entrySet().stream()
        .filter(e -> !e.getKey().equals(WIDE))
        .map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  /** A Hessian of 500 dimensions takes half a minute. */
  @Test
  @Tag("slow")
  void fiveHundredLatentsEndInAJudgement() {
    endsInAFitOrNamesTheSite(WIDE, models().get(WIDE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nasty")
  void endsInAFitOrNamesTheSite(String name, Nasty nasty) {
    try (Session session = Session.open(1)) {
      AutoSettings settings = new AutoSettings(400, 400, 20_000, 10, 20_000);
      AutoFit<double[]> fit =
          AutoFit.of(session, nasty.model, nasty.data, withoutTraining(), settings);
      assertThat(nasty.end).as(fit.judgement().words()).isNotEqualTo(End.REFUSED);
      assertThat(fit.draws().draws(fit.draws().sites())).isNotEmpty();
      assertThat(fit.judgement().reason()).contains("k-hat");
      if (nasty.end != End.ANY) {
        boolean flagged = fit.judgement() instanceof Untrusted;
        assertThat(flagged).as(fit.judgement().words()).isEqualTo(nasty.end == End.FLAGGED);
      }
    } catch (PplException e) {
      assertThat(nasty.end).as(e.getMessage()).isIn(End.REFUSED, End.ANY);
      assertThat(e.getMessage()).contains(nasty.site);
    }
  }

  /** Trained guides take too long for a unit test; the machinery is the same. */
  private static Ladder withoutTraining() {
    Ladder all = Ladder.standard();
    return new Ladder(
        all.rungs().stream().filter(r -> !r.trains()).toList(), all.kHat(), all.efficiency());
  }
}
