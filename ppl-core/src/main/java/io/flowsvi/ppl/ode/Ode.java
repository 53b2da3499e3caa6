package io.flowsvi.ppl.ode;

import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * An ordinary differential equation by the names of its components, and how it is solved.
 *
 * <p>What its rates are, a model says where it asks for a solution: they depend on its latents.
 *
 * @param states the components' names, in the order of initial values and rates
 * @param solver the steps
 */
public record Ode(List<String> states, RungeKutta solver) {
  /** Copies and checks the names. */
  public Ode {
    states = List.copyOf(states);
    if (states.isEmpty() || new HashSet<>(states).size() < states.size()) {
      throw new PplException(
          "Ode: the states need different names, at least one, got " + states + ".");
    }
  }

  /** With these components. */
  public static Ode of(RungeKutta solver, String... states) {
    return new Ode(List.of(states), solver);
  }

  /** dy/dt of each component, in the order of the names. */
  @FunctionalInterface
  public interface Equation {
    /** At time t, where the components are known by name. */
    List<Tensor> rates(double time, State state);
  }

  /**
   * The solution at each of these times, which ascend from the start. Throws {@link PplException}
   * where initial values, rates or times do not fit.
   */
  public Trajectory solve(Equation equation, List<Tensor> initial, double start, double... times) {
    if (initial.size() != states.size()) {
      throw new PplException(
          "Ode: " + initial.size() + " initial values for the states " + states + ".");
    }
    if (times.length == 0) {
      throw new PplException("Ode: no times to solve for, from " + start + " on.");
    }
    Rates rates = (t, y) -> equation.rates(t, new State(states, y));
    List<Tensor> rows = new ArrayList<>();
    for (List<Tensor> y : solver.solve(rates, initial, start, times)) {
      rows.add(stacked(y));
    }
    // A first row at the start may lack the axes that the rates bring in.
    Shape shape = rows.stream().map(Tensor::shape).reduce(Shape.scalar(), Shape::broadcast);
    List<Tensor> full = rows.stream().map(r -> r.expand(shape)).toList();
    return new Trajectory(states, Tensor.stack(full, shape.rank() - 1));
  }

  private static Tensor stacked(List<Tensor> components) {
    Shape shape = Shape.scalar();
    for (Tensor y : components) {
      shape = y.isNumber() ? shape : shape.broadcast(y.shape());
    }
    Shape common = shape;
    return Tensor.stack(components.stream().map(y -> y.expand(common)).toList(), -1);
  }
}
