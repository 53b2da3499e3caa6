package io.flowsvi.ppl.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The only way to differentiate: records a body on the current arena and runs it backward once. */
public final class Tape {
  private Tape() {}

  /**
   * The loss, and its gradient towards the store's parameters written to {@code gradient} (length
   * {@code store.size()}; zero for frozen ones).
   */
  public static double gradient(ParamStore store, double[] gradient, Supplier<Tensor> loss) {
    return gradient(store, loss, leaves -> store.gradient(leaves, gradient));
  }

  /** The loss; its gradient stays with the residence that the store's parameters live in. */
  public static double gradient(ParamStore store, Residence residence, Supplier<Tensor> loss) {
    store.settle(residence);
    Engine engine = Arena.current().engine();
    return gradient(store, loss, leaves -> residence.keepGradient(engine, leaves));
  }

  private static double gradient(
      ParamStore store, Supplier<Tensor> loss, Consumer<Engine.Leaves> found) {
    Arena arena = Arena.current();
    Engine engine = arena.engine();
    engine.track();
    ParamStore.Binding before = arena.bindings().get(store);
    try {
      Engine.Leaves leaves = store.track(arena);
      double value = engine.backward(loss.get());
      found.accept(leaves);
      return value;
    } finally {
      engine.abandon();
      if (before == null) {
        arena.bindings().remove(store);
      } else {
        arena.bindings().put(store, before);
      }
    }
  }

  /**
   * The value of a scalar function of one tensor and of the store's parameters, and its gradient
   * towards the tensor; that towards the parameters is added to {@code gradient}. For gradients
   * that are put together from pieces of a computation.
   */
  public static Gradient gradient(
      ParamStore store,
      double[] gradient,
      double[] values,
      Shape shape,
      Function<Tensor, Tensor> function) {
    double[] own = new double[store.size()];
    double[][] towardsInput = new double[1][values.length];
    Engine.Leaves[] input = new Engine.Leaves[1];
    double value =
        gradient(
            store,
            own,
            () -> {
              input[0] = Arena.current().engine().leaves(values, List.of(shape));
              return function.apply(input[0].get(0));
            });
    input[0].addGradient(towardsInput[0]);
    for (int i = 0; i < own.length; i++) {
      gradient[i] += own[i];
    }
    return new Gradient(value, List.of(towardsInput[0]));
  }

  /** The value and gradient of a scalar function of tensors with these values and shapes. */
  public static Gradient gradient(
      List<double[]> values, List<Shape> shapes, Function<List<Tensor>, Tensor> function) {
    Engine engine = Arena.current().engine();
    engine.track();
    try {
      List<Engine.Leaves> leaves = new ArrayList<>();
      List<Tensor> inputs = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        leaves.add(engine.leaves(values.get(i), List.of(shapes.get(i))));
        inputs.add(leaves.get(i).get(0));
      }
      double value = engine.backward(function.apply(inputs));
      List<double[]> gradients = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        double[] g = new double[values.get(i).length];
        leaves.get(i).addGradient(g);
        gradients.add(g);
      }
      return new Gradient(value, gradients);
    } finally {
      engine.abandon();
    }
  }

  /** The value and gradient of a scalar function of one tensor. */
  public static Gradient gradient(double[] values, Shape shape, Function<Tensor, Tensor> function) {
    return gradient(List.of(values), List.of(shape), inputs -> function.apply(inputs.get(0)));
  }
}
