package io.flowsvi.flows.ode;

import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
      Optional<Tensor> context,
      Optional<LowRank> added) {
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
          context.map(c -> c.times(out)),
          added.map(a -> a.folded(in, afterUnits ? units.offset() : 0, out)));
    }

    /** The layer at a time: gates belong into weights, which are smaller than batches. */
    At at(double t) {
      Tensor moved = shift.times(t);
      if (gate.isEmpty()) {
        return new At(weight, bias.plus(moved), context, added);
      }
      Tensor open = gate.get().times(t).plus(gateBias.orElseThrow()).sigmoid();
      return new At(
          weight.times(open.unsqueeze(-1)),
          bias.times(open).plus(moved),
          context,
          added.map(a -> a.gated(open)));
    }
  }

  /** Wz + b at one time. */
  private record At(Tensor weight, Tensor bias, Optional<Tensor> context, Optional<LowRank> added) {
    Tensor apply(Tensor z) {
      Tensor p = z.affine(weight, bias);
      Tensor shifted = context.isPresent() ? p.plus(context.get()) : p;
      return added.isPresent() ? shifted.plus(added.get().of(z)) : shifted;
    }

    /** What directions {@code [..., M, in]} become. */
    Tensor images(Tensor directions) {
      Tensor images = NetTrace.linear(directions, weight);
      return added.isPresent() ? images.plus(added.get().images(directions)) : images;
    }
  }

  private final FieldSettings settings;
  private final List<Affine> layers;
  private final boolean ownWeights;
  private final Optional<NetTrace> trace;

  /**
   * Times met in this arena: steps share their ends, stages their middles, and what a time makes of
   * the weights is a third of a small batch's operations.
   */
  private final Map<Double, List<At>> moments = new HashMap<>();

  private final Map<Double, NetTrace> traces = new HashMap<>();

  BoundNet(FieldSettings settings, List<Affine> raw) {
    this.settings = settings;
    this.layers = new ArrayList<>();
    for (int k = 0; k < raw.size(); k++) {
      boolean last = k + 1 == raw.size();
      layers.add(raw.get(k).folded(settings.activation(), k > 0, !last));
    }
    this.ownWeights = raw.stream().anyMatch(l -> l.added().isPresent());
    // Weights that do not change in time give one trace form for a whole solve.
    this.trace =
        settings.time() == FieldSettings.Time.SHIFT && !ownWeights
            ? Optional.of(NetTrace.of(layers.stream().map(Affine::weight).toList()))
            : Optional.empty();
  }

  @Override
  public int dim() {
    return settings.dim();
  }

  @Override
  public boolean takesAnyRows() {
    return !ownWeights
        && layers.stream().allMatch(l -> l.context().map(c -> c.shape().rank() == 1).orElse(true));
  }

  private List<At> at(double t) {
    return moments.computeIfAbsent(t, time -> layers.stream().map(l -> l.at(time)).toList());
  }

  private NetTrace trace(double t) {
    return trace.orElseGet(
        () ->
            traces.computeIfAbsent(
                t, time -> NetTrace.of(at(time).stream().map(At::weight).toList())));
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
    if (ownWeights) {
      Tensor axes = Tangents.axes(dim());
      Tangents tangents = push(t, x, axes);
      return new Flowline(tangents.velocity(), tangents.trace(axes));
    }
    List<Tensor> slopes = new ArrayList<>();
    Tensor velocity = through(at(t), x, slopes);
    return new Flowline(velocity, trace(t).at(slopes, x.shape().leading(-1)));
  }

  @Override
  public Tangents push(double t, Tensor x, Tensor directions) {
    List<At> now = at(t);
    List<Tensor> slopes = new ArrayList<>();
    Tensor velocity = through(now, x, slopes);
    Tensor images = now.get(0).images(directions);
    for (int k = 0; k < slopes.size(); k++) {
      Tensor scaled = images.times(slopes.get(k).unsqueeze(-2));
      images = now.get(k + 1).images(scaled);
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
