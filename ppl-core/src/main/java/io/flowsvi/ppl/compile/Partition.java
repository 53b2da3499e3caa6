package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.graph.Node;
import io.flowsvi.ppl.graph.Recording;
import io.flowsvi.ppl.tensor.Seed;
import io.flowsvi.ppl.vector.VectorUnit;
import java.util.function.IntFunction;

/**
 * Into how many equal parts the particles of a long step are split, for several cores. It depends
 * on the step alone, never on threads or time, because sums of parts have other bits than one sum.
 *
 * <p>A step is split where two particles have the mean of the losses of each, which is tried once:
 * layers that look at all particles together keep it whole.
 */
public final class Partition {
  /** Elements computed in a step that is worth splitting: about half a millisecond. */
  private static final long LONG = 1L << 20;

  /** Elements computed in a part at least: waking another thread takes a tenth of that. */
  private static final long PART = 1L << 18;

  private static final int MOST = 32;

  /** What all parts compute anew may be so large a share of the step. */
  private static final double ANEW = 0.125;

  private static final double AGREEMENT = 1e-9;

  /** Of a temperature: neither 0 nor 1, which might hide a part of the loss. */
  private static final double INPUT = 0.7;

  private static final Seed KEY = Seed.of(31).fold("partition");

  private Partition() {}

  /**
   * The number of parts.
   *
   * @param whole the gradient of all particles
   * @param of records the loss of so many particles
   * @param values of the parameters, where losses are compared
   */
  public static int parts(
      Recording whole, int particles, IntFunction<Recording> of, double[] values) {
    long work = Work.of(whole.graph());
    if (particles == 1 || work < LONG || !hasNoiseOfParticles(whole, particles)) {
      return 1;
    }
    Recording one = of.apply(1);
    Recording two = of.apply(2);
    long single = Work.of(one.graph());
    long each = Math.max(0, Work.of(two.graph()) - single);
    long shared = Math.max(0, single - each) + Work.reading(one.graph());
    int parts = 1;
    for (int k = 2; k <= Math.min(MOST, particles); k++) {
      boolean large = work / k >= PART;
      boolean cheap = shared * k <= ANEW * each * particles;
      // Loops over particles alone must stay long enough for vectors.
      boolean wide = !VectorUnit.pay(particles) || VectorUnit.pay(particles / k);
      if (particles % k == 0 && large && cheap && wide) {
        parts = k;
      }
    }
    return parts > 1 && adds(one, two, values) ? parts : 1;
  }

  private static boolean hasNoiseOfParticles(Recording whole, int particles) {
    for (Node node : whole.graph().nodes()) {
      boolean ofParticles = node.shape().rank() > 0 && node.shape().dim(0) == particles;
      if (node.kind() instanceof Node.Gamma || node.kind() instanceof Node.Noisy && !ofParticles) {
        return false;
      }
    }
    return true;
  }

  private static boolean adds(Recording one, Recording two, double[] values) {
    Program single = new Program(one);
    Program pair = new Program(two);
    double[] sum = new double[single.size()];
    double[] both = new double[pair.size()];
    single.fillInputs(INPUT);
    pair.fillInputs(INPUT);
    new Crew(1).run(single, 2, 1, values, KEY, 0, sum);
    pair.run(values, KEY, 0);
    pair.outputs(both);
    double size = 0;
    for (double number : both) {
      size = Double.isFinite(number) ? Math.max(size, Math.abs(number)) : size;
    }
    for (int i = 0; i < both.length; i++) {
      boolean close = Math.abs(both[i] - sum[i]) <= AGREEMENT * (1 + size);
      if (!close && (Double.isFinite(both[i]) || Double.isFinite(sum[i]))) {
        return false;
      }
    }
    return true;
  }
}
