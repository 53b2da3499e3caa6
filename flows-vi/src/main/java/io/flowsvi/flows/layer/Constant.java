package io.flowsvi.flows.layer;

import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamLayout;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Slice;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Trainable constants: one parameter for each part of each layer.
 *
 * <p>Separate parameters cost nothing: the store keeps them in one flat vector, and an engine cuts
 * it in one operation.
 */
public final class Constant implements Conditioner {
  private final Chain chain;
  private final List<Map<String, Param>> layers;
  private final List<double[]> starts;

  private Constant(Chain chain, List<Map<String, Param>> layers, List<double[]> starts) {
    this.chain = chain;
    this.layers = layers;
    this.starts = starts;
  }

  /** Constants for every layer of a chain, started by the layers' own rules. */
  public static Constant of(Chain chain, ParamScope scope) {
    List<Map<String, Param>> layers = new ArrayList<>();
    List<double[]> starts = new ArrayList<>();
    for (int i = 0; i < chain.layers().size(); i++) {
      Layer layer = chain.layers().get(i);
      ParamScope place = scope.child(i + "-" + layer.name());
      ParamLayout layout = layer.layout();
      double[] start = new double[layout.size()];
      layer.init().fill(layout, place.seed(), start);
      Map<String, Param> parts = new LinkedHashMap<>();
      for (Slice slice : layout.slices()) {
        int end = slice.offset() + slice.shape().size();
        double[] own = Arrays.copyOfRange(start, slice.offset(), end);
        parts.put(slice.name(), place.param(slice.name(), slice.shape(), Init.of(own)));
      }
      layers.add(parts);
      starts.add(start);
    }
    return new Constant(chain, layers, starts);
  }

  @Override
  public Chain chain() {
    return chain;
  }

  /** The parameters of the i-th layer by name. */
  public Map<String, Param> params(int layer) {
    return Map.copyOf(layers.get(layer));
  }

  /**
   * Starts the layers that want it from rows {@code [N, D]} of data: each sees the data as the
   * layers before it leave them. Layers whose numbers are no longer those they were made with stay
   * as they are.
   */
  public void startFrom(Session session, double[] rows) {
    walk(
        session,
        rows,
        layer -> layer.dataStart().isPresent(),
        (i, input) -> {
          if (untouched(i)) {
            chain.layers().get(i).dataStart().ifPresent(start -> set(i, start.apply(input)));
          }
        });
  }

  /** Whether a layer keeps statistics of data. */
  boolean settles() {
    return chain.layers().stream().anyMatch(layer -> layer.settling().isPresent());
  }

  /** Counts the statistics of layers that keep some, on rows {@code [N, D]}, first to last. */
  void settle(Session session, double[] rows) {
    walk(
        session,
        rows,
        layer -> layer.settling().isPresent(),
        (i, input) ->
            chain
                .layers()
                .get(i)
                .settling()
                .ifPresent(settling -> set(i, settling.apply(now(i), input))));
  }

  /** What is done to a layer, given the rows that reach it. */
  private interface Visit {
    void to(int layer, double[] input);
  }

  /** Rows through the layers, each visited before it maps them, as far as any is wanted. */
  private void walk(Session session, double[] rows, Predicate<Layer> wanted, Visit visit) {
    int last = layers.size() - 1;
    while (last >= 0 && !wanted.test(chain.layers().get(last))) {
      last--;
    }
    Shape shape = Shape.of(rows.length / chain.dim(), chain.dim());
    double[] reached = rows;
    for (int i = 0; i <= last; i++) {
      Layer layer = chain.layers().get(i);
      int number = i;
      double[] input = reached;
      visit.to(i, input);
      reached =
          session.compute(
              a ->
                  layer
                      .bind(values().get(number))
                      .forward(a.tensor(input, shape))
                      .value()
                      .toDoubles());
    }
  }

  /** The numbers of a layer in the order of its layout. */
  private double[] now(int layer) {
    double[] all = new double[chain.layers().get(layer).layout().size()];
    for (Slice slice : chain.layers().get(layer).layout().slices()) {
      double[] part = layers.get(layer).get(slice.name()).toDoubles();
      System.arraycopy(part, 0, all, slice.offset(), part.length);
    }
    return all;
  }

  private boolean untouched(int layer) {
    return Arrays.equals(now(layer), starts.get(layer));
  }

  private void set(int layer, double[] numbers) {
    for (Slice slice : chain.layers().get(layer).layout().slices()) {
      int end = slice.offset() + slice.shape().size();
      layers.get(layer).get(slice.name()).set(Arrays.copyOfRange(numbers, slice.offset(), end));
    }
  }

  List<Values> values() {
    List<Values> values = new ArrayList<>(layers.size());
    for (Map<String, Param> parts : layers) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, Param> part : parts.entrySet()) {
        tensors.put(part.getKey(), part.getValue().value());
      }
      values.add(new Values(tensors));
    }
    return values;
  }
}
