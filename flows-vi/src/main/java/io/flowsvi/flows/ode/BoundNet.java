package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link FieldNet} with its numbers, in one arena. */
final class BoundNet implements VectorField {
  /** The numbers of one layer. */
  record Affine(
      Tensor weight,
      Tensor bias,
      Tensor shift,
      Optional<Tensor> gate,
      Optional<Tensor> gateBias,
      Optional<Tensor> context) {
    /** With the units' numbers inside: those of the units before, if any, and of its own. */
    Affine folded(SmoothActivation units, boolean afterUnits, boolean beforeUnits) {
      double in = afterUnits ? units.scale() : 1;
      double out = beforeUnits ? units.rate() : 1;
      Tensor moved =
          afterUnits && units.offset() != 0
              ? bias.plus(weight.sum(-1).times(units.offset()))
              : bias;
      return new Affine(
          weight.times(in * out),
          moved.times(out),
          shift.times(out),
          gate,
          gateBias,
          context.map(c -> c.times(out)));
    }

    /** The layer at a time: gates belong into weights, which are smaller than batches. */
    At at(double t) {
      Tensor moved = shift.times(t);
      if (gate.isEmpty()) {
        return new At(weight, bias.plus(moved), context);
      }
      Tensor open = gate.get().times(t).plus(gateBias.orElseThrow()).sigmoid();
      return new At(weight.times(open.unsqueeze(-1)), bias.times(open).plus(moved), context);
    }
  }

  /** Wz + b at one time. */
  private record At(Tensor weight, Tensor bias, Optional<Tensor> context) {
    Tensor apply(Tensor z) {
      Tensor p = z.affine(weight, bias);
      return context.isPresent() ? p.plus(context.get()) : p;
    }
  }

  private final FieldSettings settings;
  private final List<Affine> layers;
  private final Optional<NetTrace> trace;

  BoundNet(FieldSettings settings, List<Affine> raw) {
    this.settings = settings;
    this.layers = new ArrayList<>();
    for (int k = 0; k < raw.size(); k++) {
      boolean last = k + 1 == raw.size();
      layers.add(raw.get(k).folded(settings.activation(), k > 0, !last));
    }
    // Weights that do not change in time give one trace form for a whole solve.
    this.trace =
        settings.time() == FieldSettings.Time.SHIFT
            ? Optional.of(NetTrace.of(layers.stream().map(Affine::weight).toList()))
            : Optional.empty();
  }

  @Override
  public int dim() {
    return settings.dim();
  }

  @Override
  public boolean takesAnyRows() {
    return layers.stream().allMatch(l -> l.context().map(c -> c.shape().rank() == 1).orElse(true));
  }

  private List<At> at(double t) {
    return layers.stream().map(l -> l.at(t)).toList();
  }

  @Override
  public Tensor velocity(double t, Tensor x) {
    List<At> now = at(t);
    Tensor h = x;
    for (int k = 0; k + 1 < now.size(); k++) {
      h = settings.activation().value(now.get(k).apply(h));
    }
    return now.get(now.size() - 1).apply(h);
  }

  @Override
  public Flowline at(double t, Tensor x) {
    List<At> now = at(t);
    List<Tensor> slopes = new ArrayList<>();
    Tensor velocity = through(now, x, slopes);
    NetTrace form =
        trace.isPresent() ? trace.get() : NetTrace.of(now.stream().map(At::weight).toList());
    return new Flowline(velocity, form.at(slopes, x.shape().leading(-1)));
  }

  @Override
  public Tangents push(double t, Tensor x, Tensor directions) {
    List<At> now = at(t);
    List<Tensor> slopes = new ArrayList<>();
    Tensor velocity = through(now, x, slopes);
    Tensor images = NetTrace.linear(directions, now.get(0).weight());
    for (int k = 0; k < slopes.size(); k++) {
      Tensor scaled = images.times(slopes.get(k).unsqueeze(-2));
      images = NetTrace.linear(scaled, now.get(k + 1).weight());
    }
    Shape whole = x.shape().leading(-1).append(directions.shape().dim(-2), dim());
    return new Tangents(velocity, images.expand(whole));
  }

  private Tensor through(List<At> now, Tensor x, List<Tensor> slopes) {
    Tensor h = x;
    for (int k = 0; k + 1 < now.size(); k++) {
      SmoothActivation.Bent bent = settings.activation().apply(now.get(k).apply(h));
      h = bent.value();
      slopes.add(bent.slope());
    }
    return now.get(now.size() - 1).apply(h);
  }
}
