package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.Mlp;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import io.flowsvi.ppl.transform.Bijection;
import io.flowsvi.ppl.transform.Mapped;
import java.util.List;
import java.util.Optional;

/**
 * Transforms one half of the coordinates by functions of the other half: cheap both ways.
 *
 * <p>z = (A, B): y_A = z_A, y_B = g(z_B; net(z_A)); log|det| = Σ log slope of g. z is {@code [...,
 * D]}. One pass of the network in either direction. Put a {@link Reverse} or {@link Permutation}
 * between such layers, at least three for every coordinate to reach every other. {@link #additive}:
 * g shifts (NICE, Dinh, Krueger and Bengio 2015). {@link #affine}: g scales and shifts, log scale s
 * = 2 tanh(h/2) (RealNVP, Dinh, Sohl-Dickstein and Bengio 2017, eq. 7). {@link #spline}: g is a
 * rational-quadratic spline (Durkan et al. 2019). The last layer of the network starts at 0: the
 * identity. With D = 1 there is no other half, and the numbers of g are constants.
 */
public final class Coupling implements BijectiveLayer {
  private enum Kind {
    ADDITIVE,
    AFFINE,
    SPLINE
  }

  private final int dim;
  private final Kind kind;
  private final int bins;
  private final double bound;
  private final Optional<Mlp> net;
  private final Param last;
  private final Optional<Param> lastWeight;

  private Coupling(int dim, Kind kind, int bins, double bound, int hidden, ParamScope scope) {
    this.dim = dim;
    this.kind = kind;
    this.bins = bins;
    this.bound = bound;
    int outputs = moved() * numbers();
    if (kept() == 0) {
      this.net = Optional.empty();
      this.lastWeight = Optional.empty();
    } else {
      this.net = Optional.of(Mlp.of(scope.child("trunk"), Activation.TANH, kept(), hidden, hidden));
      this.lastWeight = Optional.of(scope.param("w", Shape.of(outputs, hidden), Init.zeros()));
    }
    this.last = scope.param("b", Shape.of(outputs), Init.zeros());
  }

  /** NICE: shifts. */
  public static Coupling additive(int dim, int hidden, ParamScope scope) {
    return new Coupling(dim, Kind.ADDITIVE, 0, 0, hidden, scope);
  }

  /** RealNVP: scales and shifts. */
  public static Coupling affine(int dim, int hidden, ParamScope scope) {
    return new Coupling(dim, Kind.AFFINE, 0, 0, hidden, scope);
  }

  /** Neural spline: K bins in [−B, B]. */
  public static Coupling spline(int dim, int hidden, int bins, double bound, ParamScope scope) {
    if (bins < 2 || !(bound > 0)) {
      throw new LayerException(
          "Coupling.spline needs at least 2 bins and a positive bound, got "
              + bins
              + " and "
              + bound
              + ".");
    }
    return new Coupling(dim, Kind.SPLINE, bins, bound, hidden, scope);
  }

  private int kept() {
    return dim / 2;
  }

  private int moved() {
    return dim - kept();
  }

  private int numbers() {
    return switch (kind) {
      case ADDITIVE -> 1;
      case AFFINE -> 2;
      case SPLINE -> RationalQuadratic.size(bins);
    };
  }

  @Override
  public int dim() {
    return dim;
  }

  @Override
  public String name() {
    return switch (kind) {
      case ADDITIVE -> "AdditiveCoupling";
      case AFFINE -> "AffineCoupling";
      case SPLINE -> "SplineCoupling";
    };
  }

  @Override
  public ParamLayout layout() {
    return ParamLayout.empty();
  }

  @Override
  public Bijection bind(Values values) {
    return new Bijection() {
      @Override
      public Mapped forward(Tensor z) {
        Tensor a = z.slice(-1, 0, kept());
        Elementwise g = inner(a, z.shape());
        return joined(a, g.forward(z.slice(-1, kept(), dim)));
      }

      @Override
      public Mapped inverse(Tensor y) {
        Tensor a = y.slice(-1, 0, kept());
        Elementwise g = inner(a, y.shape());
        return joined(a, g.inverse(y.slice(-1, kept(), dim)));
      }
    };
  }

  private Mapped joined(Tensor a, Mapped b) {
    Tensor value = kept() == 0 ? b.value() : Tensor.concat(List.of(a, b.value()), -1);
    return new Mapped(value, b.logDet());
  }

  private Elementwise inner(Tensor a, Shape whole) {
    Tensor raw =
        net.isEmpty()
            ? last.value().expand(whole.with(-1, last.shape().size()))
            : Activation.TANH
                .apply(net.get().apply(a))
                .affine(lastWeight.orElseThrow().value(), last.value());
    int m = moved();
    if (kind == Kind.SPLINE) {
      Tensor table = raw.reshape(whole.leading(-1).append(m, numbers()));
      RationalQuadratic spline = RationalQuadratic.of(table, bins, bound);
      return new Elementwise(spline::forward, spline::inverse);
    }
    Tensor shift = raw.slice(-1, 0, m);
    if (kind == Kind.ADDITIVE) {
      return new Elementwise(
          z -> new Mapped(z.plus(shift), z.times(0)), y -> new Mapped(y.minus(shift), y.times(0)));
    }
    Tensor s = raw.slice(-1, m, 2 * m).times(0.5).tanh().times(2);
    return new Elementwise(
        z -> new Mapped(z.times(s.exp()).plus(shift), s),
        y -> new Mapped(y.minus(shift).times(s.negate().exp()), s.negate()));
  }
}
