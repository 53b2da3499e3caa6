package io.flowsvi.models.posteriordb;

import io.flowsvi.flows.family.NearestName;
import io.flowsvi.models.bayes.EightSchools;
import io.flowsvi.models.data.StanData;
import io.flowsvi.ppl.model.Model;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The posteriors with reference moments, by name. */
public final class Posteriors {
  private static final Map<String, Entry<?>> ALL = Collections.unmodifiableMap(list());

  private Posteriors() {}

  /**
   * A posterior: a model and the data it is conditioned on.
   *
   * @param data the name of the data file; empty for a model without data
   * @param model the model
   * @param reader makes the model's data of the file
   * @param <D> the model's data
   */
  public record Entry<D>(String data, Model<D> model, Function<StanData, D> reader) {}

  /** All of them. */
  public static Map<String, Entry<?>> all() {
    return ALL;
  }

  /** The posterior of this name. Throws {@link PplException} with the nearest names if none. */
  public static Entry<?> find(String name) {
    Entry<?> entry = ALL.get(name);
    if (entry == null) {
      throw new PplException(NearestName.message("posterior", name, ALL.keySet()));
    }
    return entry;
  }

  private static Map<String, Entry<?>> list() {
    Map<String, Entry<?>> all = new LinkedHashMap<>();
    regressions(all);
    nationalElections(all);
    others(all);
    extras(all);
    return all;
  }

  private static <D> void add(
      Map<String, Entry<?>> all,
      String name,
      String data,
      Model<D> model,
      Function<StanData, D> reader) {
    all.put(name, new Entry<>(data, model, reader));
  }

  private static void flat(
      Map<String, Entry<?>> all, String data, String model, Function<Columns, double[][]> recipe) {
    add(
        all,
        data + "-" + model,
        data,
        LinearRegression.flat(),
        d -> LinearRegression.Data.of(d, recipe));
  }

  private static void halfCauchy(
      Map<String, Entry<?>> all, String model, Function<Columns, double[][]> recipe) {
    add(
        all,
        "kidiq-" + model,
        "kidiq",
        LinearRegression.halfCauchy(),
        d -> LinearRegression.Data.of(d, recipe));
  }

  private static double[][] columns(double[]... columns) {
    return columns;
  }

  private static void regressions(Map<String, Entry<?>> all) {
    flat(all, "earnings", "earn_height", c -> columns(c.ones(), c.of("height"), c.of("earn")));
    flat(all, "earnings", "logearn_height", c -> columns(c.ones(), c.of("height"), c.log("earn")));
    flat(
        all,
        "earnings",
        "logearn_height_male",
        c -> columns(c.ones(), c.of("height"), c.of("male"), c.log("earn")));
    flat(
        all,
        "earnings",
        "logearn_interaction_z",
        c -> {
          double[] z = c.standardized("height");
          return columns(c.ones(), z, c.of("male"), Columns.times(z, c.of("male")), c.log("earn"));
        });
    halfCauchy(all, "kidscore_momhs", c -> columns(c.ones(), c.of("mom_hs"), c.of("kid_score")));
    halfCauchy(all, "kidscore_momiq", c -> columns(c.ones(), c.of("mom_iq"), c.of("kid_score")));
    halfCauchy(all, "kidscore_interaction", c -> interaction(c, c.of("mom_hs"), c.of("mom_iq")));
    flat(
        all,
        "kidiq_with_mom_work",
        "kidscore_interaction_c",
        c -> interaction(c, c.centred("mom_hs"), c.centred("mom_iq")));
    flat(
        all,
        "kidiq_with_mom_work",
        "kidscore_interaction_c2",
        c -> interaction(c, c.minus("mom_hs", 0.5), c.minus("mom_iq", 100)));
    flat(
        all,
        "mesquite",
        "logmesquite",
        c ->
            columns(
                c.ones(),
                c.log("diam1"),
                c.log("diam2"),
                c.log("canopy_height"),
                c.log("total_height"),
                c.log("density"),
                c.of("group"),
                c.log("weight")));
    flat(
        all,
        "mesquite",
        "logmesquite_logvolume",
        c -> columns(c.ones(), volume(c), c.log("weight")));
    flat(
        all,
        "mesquite",
        "logmesquite_logva",
        c -> columns(c.ones(), volume(c), area(c), c.of("group"), c.log("weight")));
    flat(
        all,
        "mesquite",
        "logmesquite_logvash",
        c ->
            columns(
                c.ones(),
                volume(c),
                area(c),
                Columns.minus(c.log("diam1"), c.log("diam2")),
                c.log("total_height"),
                c.of("group"),
                c.log("weight")));
  }

  private static double[][] interaction(Columns c, double[] h, double[] q) {
    return columns(c.ones(), h, q, Columns.times(h, q), c.of("kid_score"));
  }

  private static double[] area(Columns c) {
    return Columns.plus(c.log("diam1"), c.log("diam2"));
  }

  private static double[] volume(Columns c) {
    return Columns.plus(area(c), c.log("canopy_height"));
  }

  private static void nationalElections(Map<String, Entry<?>> all) {
    for (int year : new int[] {1972, 1980, 1984, 1992, 1996}) {
      flat(
          all,
          "nes" + year,
          "nes",
          c ->
              columns(
                  c.ones(),
                  c.of("real_ideo"),
                  c.of("race_adj"),
                  c.is("age_discrete", 2),
                  c.is("age_discrete", 3),
                  c.is("age_discrete", 4),
                  c.of("educ1"),
                  c.of("gender"),
                  c.of("income"),
                  c.of("partyid7")));
    }
  }

  private static void others(Map<String, Entry<?>> all) {
    add(
        all,
        "kilpisjarvi_mod-kilpisjarvi",
        "kilpisjarvi_mod",
        new Kilpisjarvi(),
        Kilpisjarvi.Data::of);
    add(all, "sblri-blr", "sblri", new NormalPriorRegression(), NormalPriorRegression.Data::of);
    add(all, "arK-arK", "arK", new Autoregression(), Autoregression.Data::of);
    add(all, "garch-garch11", "garch", new Garch(), Garch.Data::of);
    add(
        all,
        "eight_schools-eight_schools_noncentered",
        "eight_schools",
        new EightSchools(),
        EightSchools.Data::of);
    add(
        all,
        "gp_pois_regr-gp_regr",
        "gp_pois_regr",
        GaussianProcess::regression,
        GaussianProcess.Data::reals);
    add(
        all,
        "gp_pois_regr-gp_pois_regr",
        "gp_pois_regr",
        GaussianProcess::poisson,
        GaussianProcess.Data::counts);
    add(
        all,
        "bball_drive_event_0-hmm_drive_0",
        "bball_drive_event_0",
        new HiddenMarkov(),
        HiddenMarkov.Data::of);
    add(
        all,
        "low_dim_gauss_mix-low_dim_gauss_mix",
        "low_dim_gauss_mix",
        new GaussianMixture(),
        GaussianMixture.Data::of);
    add(
        all,
        "hudson_lynx_hare-lotka_volterra",
        "hudson_lynx_hare",
        new LotkaVolterra(),
        LotkaVolterra.Data::of);
  }

  private static void extras(Map<String, Entry<?>> all) {
    add(all, "dogs_31-dogs", "dogs_31", new Dogs(), Dogs.Data::of);
    String path = "gym_brownian_missing_middle";
    add(all, "gym-brownian_known_scales", path, Brownian::known, Brownian.Data::of);
    add(all, "gym-brownian_unknown_scales", path, Brownian::unknown, Brownian.Data::of);
    add(
        all,
        "gym-eight_schools_lognormal_tau",
        "gym_eight_schools",
        new EightSchoolsLogNormal(),
        EightSchools.Data::of);
    String credit = "gym_german_credit_numeric";
    add(all, "gym-german_credit_logistic", credit, GermanCredit::plain, GermanCredit.Data::of);
    add(
        all,
        "gym-german_credit_sparse_logistic",
        credit,
        GermanCredit::sparse,
        GermanCredit.Data::of);
    add(all, "gym-item_response_1pl", "gym_irt_1pl", new ItemResponse(), ItemResponse.Data::of);
    add(all, "gym-lorenz_bridge", "gym_lorenz_bridge", new LorenzBridge(), LorenzBridge.Data::of);
    add(all, "gym-radon_minnesota", "gym_radon_mn", new RadonMinnesota(), RadonMinnesota.Data::of);
    add(
        all,
        "gym-stochastic_volatility",
        "gym_sp500_returns",
        new StochasticVolatility(),
        StochasticVolatility.Data::of);
    add(
        all,
        "gym-stochastic_volatility_small",
        "gym_sp500_returns_small",
        new StochasticVolatility(),
        StochasticVolatility.Data::of);
    add(all, "scb-low_dim_corr_gauss", "", new CorrelatedGaussian(), d -> "none");
    add(all, "scb-sir", "scb_sir", new Epidemic(), Epidemic.Data::of);
  }
}
