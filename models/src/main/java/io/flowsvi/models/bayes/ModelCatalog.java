package io.flowsvi.models.bayes;

import io.flowsvi.flows.family.NearestName;
import io.flowsvi.ppl.tensor.PplException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Models by name: the bundled ones, and a user's own. */
public final class ModelCatalog {
  private final Map<String, ModelEntry<?>> entries;

  /** A catalog of these models. */
  public ModelCatalog(Map<String, ? extends ModelEntry<?>> entries) {
    this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }

  /** The models bundled here. */
  public static Map<String, ModelEntry<?>> bundled() {
    Map<String, ModelEntry<?>> all = new LinkedHashMap<>();
    all.put(
        "eight-schools",
        new ModelEntry<>(
                "effects of coaching in eight schools, non-centred (Rubin 1981)",
                new EightSchools(),
                EightSchools.Data::of,
                EightSchools.Data::bundled)
            .reading("J, y[J], sigma[J]")
            .reporting(EightSchools.MU, EightSchools.TAU, EightSchools.THETA));
    all.put(
        "eight-schools-centred",
        new ModelEntry<>(
                "the same schools, centred: a funnel",
                new EightSchoolsCentred(),
                EightSchools.Data::of,
                EightSchools.Data::bundled)
            .reading("J, y[J], sigma[J]")
            .reporting(EightSchools.MU, EightSchools.TAU, EightSchoolsCentred.THETA));
    all.put(
        "logistic-regression",
        new ModelEntry<>(
                "successes in trials on standardised predictors; beetles of Bliss (1935)",
                new LogisticRegression(),
                LogisticRegression.Data::of,
                LogisticRegression.Data::bundled)
            .reading("N, K, x[N,K], y[N], trials[N] (1 each if left out)"));
    all.put(
        "poisson-regression",
        new ModelEntry<>(
                "counts on standardised predictors; deaths from AIDS in Australia (Dobson 1990)",
                new PoissonRegression(),
                PoissonRegression.Data::of,
                PoissonRegression.Data::bundled)
            .reading("N, K, x[N,K], y[N]"));
    all.put(
        "varying-intercept",
        new ModelEntry<>(
                "linear regression with an intercept per group; growth of girls (Potthoff and Roy 1964)",
                new VaryingIntercept(),
                VaryingIntercept.Data::of,
                VaryingIntercept.Data::bundled)
            .reading("N, J, K, group[N] from 1 to J, x[N,K], y[N]")
            .reporting(
                VaryingIntercept.MU,
                VaryingIntercept.BETA,
                VaryingIntercept.TAU,
                VaryingIntercept.SIGMA,
                VaryingIntercept.ALPHA));
    return all;
  }

  /** Every model by name. */
  public Map<String, ModelEntry<?>> all() {
    return entries;
  }

  /**
   * The model of this name. Throws {@link PplException} with the nearest names if there is none.
   */
  public ModelEntry<?> find(String name) {
    ModelEntry<?> entry = entries.get(name);
    if (entry == null) {
      throw new PplException(NearestName.message("model", name, entries.keySet()));
    }
    return entry;
  }
}
