package io.flowsvi.ppl.model;

import io.flowsvi.ppl.dist.Argument;
import io.flowsvi.ppl.dist.Distribution;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Remembers the first site whose log density is not finite, with the numbers that made it so. */
final class Obstacle implements ContextDecorator {
  private final Scoring inner;
  private Optional<String> found = Optional.empty();

  /** Of the first derived site that is not a number: no obstacle by itself, but often its cause. */
  private String undefined = "";

  Obstacle(Scoring inner) {
    this.inner = inner;
  }

  /** The obstacle in words. */
  Optional<String> found() {
    return found;
  }

  @Override
  public Context inner() {
    return inner;
  }

  @Override
  public Tensor sample(Latent site, Distribution prior) {
    Tensor value = inner.sample(site, prior);
    look(site, Optional.of(prior), Optional.of(value));
    return value;
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value) {
    inner.observe(site, likelihood, value);
    look(site, Optional.of(likelihood), Optional.of(value));
  }

  @Override
  public void observe(Observed site, Distribution likelihood, Tensor value, Tensor present) {
    inner.observe(site, likelihood, value, present);
    look(site, Optional.of(likelihood), Optional.of(value));
  }

  @Override
  public Tensor derive(Derived site, Tensor value) {
    if (undefined.isEmpty() && hasNaN(value)) {
      undefined =
          " Before it derived site '"
              + site.name()
              + "' is not a number: where a Cholesky factor is in that, its matrix is not positive"
              + " definite; Jitter.cholesky takes one that is singular to rounding.";
    }
    return inner.derive(site, value);
  }

  @Override
  public void factor(Factor site, Tensor logDensity) {
    inner.factor(site, logDensity);
    look(site, Optional.empty(), Optional.empty());
  }

  private void look(Site site, Optional<Distribution> distribution, Optional<Tensor> value) {
    if (found.isPresent()) {
      return;
    }
    List<Term> terms = inner.terms();
    Tensor density = terms.get(terms.size() - 1).logDensity();
    double[] values = density.toDoubles();
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        StringBuilder text = new StringBuilder("site '").append(site.name()).append('\'');
        distribution.ifPresent(d -> text.append(" (").append(d.name()).append(')'));
        text.append(" has log density ").append(values[i]);
        if (!inner.layout().open().isEmpty()) {
          text.append(" at index ").append(inner.layout().index(density.shape(), 0, i));
        }
        if (distribution.isPresent() && distribution.get().eventShape().rank() == 0) {
          text.append(": value ").append(element(value.orElseThrow(), density.shape(), i));
          for (Argument a : distribution.get().arguments()) {
            text.append(", ").append(a.name()).append(' ');
            text.append(element(a.value(), density.shape(), i));
          }
        }
        text.append('.').append(factor(distribution)).append(undefined);
        found = Optional.of(text.toString());
        return;
      }
    }
  }

  private static boolean hasNaN(Tensor tensor) {
    for (double value : tensor.toDoubles()) {
      if (Double.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  /** A covariance without a Cholesky factor, in words. */
  private static String factor(Optional<Distribution> distribution) {
    for (Argument a : distribution.map(Distribution::arguments).orElse(List.of())) {
      if (a.name().equals("scaleTril") && hasNaN(a.value())) {
        return " Its covariance has no Cholesky factor: it is not positive definite, or not finite."
            + " A kernel's that is singular to rounding has one by MultivariateNormal.jittered.";
      }
    }
    return "";
  }

  /** The element of a tensor that broadcasts to a shape, at a flat index of that shape. */
  private static double element(Tensor tensor, Shape shape, int flat) {
    Shape own = tensor.shape();
    int rest = flat;
    int index = 0;
    int stride = 1;
    for (int back = 1; back <= own.rank(); back++) {
      int size = own.dim(-back);
      int at = back <= shape.rank() ? rest % shape.dim(-back) : 0;
      rest /= back <= shape.rank() ? shape.dim(-back) : 1;
      index += (size == 1 ? 0 : at) * stride;
      stride *= size;
    }
    return tensor.toDoubles()[index];
  }
}
