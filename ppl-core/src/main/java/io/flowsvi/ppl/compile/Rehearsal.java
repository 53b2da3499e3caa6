package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Recorder;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Init;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;

/**
 * Compiles a small step on a thread of its own while the first model of a JVM is still being looked
 * at, so that the classes of recording, differentiating and compiling are there when the first fit
 * asks for them: loading and linking classes is most of what a cold JVM does until the end of its
 * first step. No fit sees anything of it but time.
 */
public final class Rehearsal implements Runnable {
  private static final int PARTICLES = 2;
  private static final boolean BEGUN = begun();

  private Rehearsal() {}

  /**
   * Begins it when this is called first. Returns whether there was a core for it: with a single one
   * it would only come first.
   */
  public static boolean begin() {
    return BEGUN;
  }

  private static boolean begun() {
    if (Runtime.getRuntime().availableProcessors() == 1) {
      return false;
    }
    Thread thread = new Thread(new Rehearsal(), "flowsvi-rehearsal");
    thread.setDaemon(true);
    thread.start();
    return true;
  }

  @Override
  public void run() {
    try {
      step();
    } catch (RuntimeException | LinkageError e) {
      // The first fit meets the same and says so, where somebody reads it.
      return;
    }
  }

  /** The gradient of the step, with its loss behind it. */
  static double[] step() {
    ParamStore store = new ParamStore(Seed.of(0));
    Param numbers = store.scope("rehearsal").param("numbers", Shape.of(2), Init.of(0.5, -0.5));
    // A lambda, although a class costs less: models have some, and the first is the dear one.
    Program program =
        new Program(Recorder.recordGradient(store, recorder -> loss(recorder.seed(), numbers)));
    program.run(store.values(), Seed.of(1), 0);
    double[] gradient = program.others();
    return new double[] {gradient[0], gradient[1], program.output(0)[0]};
  }

  /** The mean of x² over x ~ N(m, e^s), less s: what the loss of a mean-field fit is made of. */
  private static Tensor loss(Seed seed, Param numbers) {
    Tensor shift = numbers.value().slice(0, 0, 1);
    Tensor logScale = numbers.value().slice(0, 1, 2);
    Tensor noise = Arena.current().normal(seed, Shape.of(PARTICLES, 1));
    Tensor x = noise.times(logScale.exp()).plus(shift);
    return x.square().sum(-1).mean().minus(logScale.sum());
  }
}
