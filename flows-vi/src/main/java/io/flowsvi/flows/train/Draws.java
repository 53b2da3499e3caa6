package io.flowsvi.flows.train;

import io.flowsvi.ppl.model.Site;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Independent draws of one site: plain Java data.
 *
 * <p>A draw has the site's plates, then its event, row-major. {@link #mean}, {@link #sd}, {@link
 * #quantile} and {@link #mcse} are of one number; of a site with several, take one with {@link #at}
 * or all with {@link #means} and the like.
 */
public final class Draws {
  private final Site site;
  private final Shape shape;
  private final List<String> names;
  private final double[] values;
  private final int count;

  /**
   * Draws of a site.
   *
   * @param site whose
   * @param shape of one draw
   * @param names of its scalars, row-major, as Stan writes them
   * @param values one draw after another, not copied
   */
  Draws(Site site, Shape shape, List<String> names, double[] values) {
    this.site = site;
    this.shape = shape;
    this.names = List.copyOf(names);
    this.values = values;
    this.count = shape.size() == 0 ? 0 : values.length / shape.size();
  }

  /** What hands out draws of the same sites in chunks. */
  interface Source {
    void stream(Consumer<List<Draws>> consumer);
  }

  /** n draws of each site, from the chunks of a source. */
  static List<Draws> collect(List<Site> sites, int n, Source source) {
    Map<Site, double[]> all = new LinkedHashMap<>();
    Map<Site, Draws> pattern = new LinkedHashMap<>();
    int[] at = {0};
    source.stream(
        chunk -> {
          for (Draws draws : chunk) {
            int each = draws.shape().size();
            double[] joined = all.computeIfAbsent(draws.site(), s -> new double[n * each]);
            System.arraycopy(draws.values, 0, joined, at[0] * each, draws.values.length);
            pattern.put(draws.site(), draws);
          }
          at[0] += chunk.get(0).count();
        });
    List<Draws> collected = new ArrayList<>();
    for (Site site : sites) {
      Draws like = pattern.get(site);
      collected.add(new Draws(site, like.shape(), like.names(), all.get(site)));
    }
    return collected;
  }

  /** Whose draws they are. */
  public Site site() {
    return site;
  }

  /** The shape of one draw: () for a single number. */
  public Shape shape() {
    return shape;
  }

  /** How many draws there are. */
  public int count() {
    return count;
  }

  /**
   * The names of the scalars in a draw, as Stan writes them: {@code theta[1]}, or the bare name.
   */
  public List<String> names() {
    return names;
  }

  /** All numbers, one draw after another. */
  public double[] toArray() {
    return values.clone();
  }

  /** One draw, row-major. */
  public double[] draw(int number) {
    return Arrays.copyOfRange(values, number * shape.size(), (number + 1) * shape.size());
  }

  /** Draws of one scalar, by its index from 0 in each dimension. */
  public Draws at(int... index) {
    if (index.length != shape.rank()) {
      throw new PplException(
          "Draws of '"
              + site.name()
              + "' have shape "
              + shape
              + ": at() takes "
              + shape.rank()
              + " indices, got "
              + Arrays.toString(index)
              + ".");
    }
    int flat = 0;
    for (int i = 0; i < index.length; i++) {
      if (index[i] < 0 || index[i] >= shape.dim(i)) {
        throw new PplException(
            "Draws of '"
                + site.name()
                + "' have shape "
                + shape
                + ": there is no element "
                + Arrays.toString(index)
                + " (indices count from 0).");
      }
      flat = flat * shape.dim(i) + index[i];
    }
    return new Draws(site, Shape.scalar(), List.of(names.get(flat)), column(flat));
  }

  private double[] column(int flat) {
    double[] column = new double[count];
    for (int i = 0; i < count; i++) {
      column[i] = values[i * shape.size() + flat];
    }
    return column;
  }

  private double[] single(String what) {
    if (shape.size() != 1) {
      throw new PplException(
          "Draws of '"
              + site.name()
              + "' have shape "
              + shape
              + ": "
              + what
              + "() is of one number. Likely fix: draws.at(0)."
              + what
              + "() for one of them, draws."
              + what
              + "s() for all.");
    }
    return values;
  }

  /** The mean. */
  public double mean() {
    return Statistics.mean(single("mean"));
  }

  /** The standard deviation. */
  public double sd() {
    return Statistics.sd(single("sd"));
  }

  /** The p-quantile, between order statistics linearly. */
  public double quantile(double p) {
    return Statistics.quantiles(single("quantile"), p)[0];
  }

  /** The Monte-Carlo standard error of the mean: sd/√n, draws being independent. */
  public double mcse() {
    return sd() / Math.sqrt(count);
  }

  /** The mean of each scalar, row-major. */
  public double[] means() {
    return each(Statistics::mean);
  }

  /** The standard deviation of each scalar, row-major. */
  public double[] sds() {
    return each(Statistics::sd);
  }

  /** The p-quantile of each scalar, row-major. */
  public double[] quantiles(double p) {
    return each(x -> Statistics.quantiles(x, p)[0]);
  }

  /** The Monte-Carlo standard error of each mean, row-major. */
  public double[] mcses() {
    return each(x -> Statistics.sd(x) / Math.sqrt(x.length));
  }

  /**
   * The shares of draws with the values 0 to k − 1, scalar by scalar {@code [shape, k]}: posterior
   * probabilities of a discrete latent.
   */
  public double[] probabilities(int k) {
    int each = shape.size();
    double[] shares = new double[each * k];
    for (int i = 0; i < values.length; i++) {
      if (values[i] >= 0 && values[i] < k) {
        shares[i % each * k + (int) values[i]] += 1.0 / count;
      }
    }
    return shares;
  }

  private double[] each(java.util.function.ToDoubleFunction<double[]> statistic) {
    double[] results = new double[shape.size()];
    Arrays.setAll(results, i -> statistic.applyAsDouble(column(i)));
    return results;
  }

  /** The draws of these numbers, in this order: resampling by importance. */
  public Draws pick(int... numbers) {
    int each = shape.size();
    double[] picked = new double[numbers.length * each];
    for (int i = 0; i < numbers.length; i++) {
      System.arraycopy(values, numbers[i] * each, picked, i * each, each);
    }
    return new Draws(site, shape, names, picked);
  }

  @Override
  public String toString() {
    return "Draws[" + site.name() + shape + " x " + count + "]";
  }
}
