package io.flowsvi.ppl.tensor;

import java.util.List;

/** A {@link ParameterMemory} of an engine, in which it computes. */
public interface Residence extends ParameterMemory {
  /** Whether an engine computes in the same memory. */
  boolean serves(Engine engine);

  /** Differentiable leaves over the parameters, in order. */
  Engine.Leaves leaves(Engine engine, List<Shape> shapes);

  /** The parameter that begins at a place, to read where it lies; it is not to change meanwhile. */
  Tensor constant(Engine engine, int offset, Shape shape);

  /** Takes over the gradient of leaves from here, after their backward run. */
  void keepGradient(Engine engine, Engine.Leaves leaves);

  /** Takes over the gradient that a script has computed: the first of its results. */
  void keepGradient(Script script);

  /**
   * Code over these parameters. Its text is the body of a TorchScript function of {@code values},
   * the flat parameters, of {@code results}, which it fills, and of arguments {@code a0, a1, ...}
   * of these shapes; methods of the engine's operator module are called by {@code (self).}
   */
  Script script(String body, List<Shape> arguments, int results);

  /** Moves parameters and moments along the gradient kept, which is gone then. */
  void adam(Engine engine, Adam rule, double rate, long count, double share);

  @Override
  default void adam(Session session, Adam rule, double rate, long count, double share) {
    session.compute(
        arena -> {
          adam(arena.engine(), rule, rate, count, share);
          return rule;
        });
  }
}
