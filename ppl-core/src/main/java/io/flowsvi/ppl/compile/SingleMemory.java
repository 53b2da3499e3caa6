package io.flowsvi.ppl.compile;

import io.flowsvi.ppl.tensor.ParameterMemory;
import io.flowsvi.ppl.tensor.Session;
import io.flowsvi.ppl.tensor.Twin;
import io.flowsvi.ppl.vector.Sweeps;
import io.flowsvi.ppl.vector.Width;
import java.util.Arrays;

/**
 * Parameters, gradient and Adam's moments as floats, where programs in single precision read and
 * write them: nothing is converted in a step, and half as much memory is gone through.
 */
public final class SingleMemory implements ParameterMemory {
  private static final float GRAIN = Sweeps.GRAIN_IN_FLOATS;

  private final float[] values;
  private final float[] gradient;
  private final float[] first;
  private final float[] second;
  private Object writer = this;

  /** Room for so many parameters. */
  public SingleMemory(int size) {
    values = new float[size];
    gradient = new float[size];
    first = new float[size];
    second = new float[size];
  }

  /** Numbers in floats, as doubles from outside. */
  private record Floats(float[] numbers) implements Twin.Memory {
    @Override
    public void write(double[] from) {
      Rounding.narrow(from, numbers);
    }

    @Override
    public void read(double[] to) {
      Rounding.widen(numbers, to);
    }
  }

  /** The parameters themselves. */
  float[] parameters() {
    return values;
  }

  /**
   * The gradient itself, to be written. A program writes what is 0 in every run once: where another
   * has written since, all is 0 again.
   */
  float[] gradient(Object by) {
    if (writer != by) {
      Arrays.fill(gradient, 0);
      writer = by;
    }
    return gradient;
  }

  @Override
  public Twin.Memory values() {
    return new Floats(values);
  }

  @Override
  public Twin.Memory first() {
    return new Floats(first);
  }

  @Override
  public Twin.Memory second() {
    return new Floats(second);
  }

  @Override
  public void readGradient(double[] to) {
    Rounding.widen(gradient, to);
  }

  /** Summed in floats where that has no overflow. */
  @Override
  public double gradientNorm() {
    int from = 0;
    double sum = 0;
    if (Sweeps.pay(gradient.length)) {
      float most = Sweeps.all().squares(gradient);
      if (Float.isFinite(most)) {
        sum = most;
        from = Sweeps.end(Width.FLOAT, 0, gradient.length);
      }
    }
    for (int i = from; i < gradient.length; i++) {
      sum += (double) gradient[i] * gradient[i];
    }
    return Math.sqrt(sum);
  }

  @Override
  public void adam(Session session, Adam rule, double rate, long count, double share) {
    float clipped = (float) share;
    float beta1 = (float) rule.beta1();
    float beta2 = (float) rule.beta2();
    float rest1 = (float) (1 - rule.beta1());
    float rest2 = (float) (1 - rule.beta2());
    float scale = (float) (1 / (1 - Math.pow(rule.beta2(), count)));
    float length = (float) (rate / (1 - Math.pow(rule.beta1(), count)));
    float epsilon = (float) rule.epsilon();
    if (rule.decay() != 0) {
      shrink((float) (rate * rule.decay()));
    }
    int from = 0;
    if (Sweeps.pay(values.length)) {
      from = Sweeps.end(Width.FLOAT, 0, values.length);
      Sweeps.all()
          .adam(
              values,
              first,
              second,
              gradient,
              0,
              values.length,
              clipped,
              beta1,
              rest1,
              beta2,
              rest2,
              length,
              scale,
              epsilon);
    }
    step(from, clipped, beta1, rest1, beta2, rest2, length, scale, epsilon);
  }

  private void shrink(float share) {
    for (int i = 0; i < values.length; i++) {
      values[i] -= share * values[i];
    }
  }

  /** A loop of its own: HotSpot makes vectors of it. */
  private void step(
      int from,
      float share,
      float beta1,
      float rest1,
      float beta2,
      float rest2,
      float length,
      float scale,
      float epsilon) {
    float[] m = first;
    float[] v = second;
    float[] g = gradient;
    float[] x = values;
    for (int i = from; i < x.length; i++) {
      float slope = g[i] * share + Sweeps.FAINT - Sweeps.FAINT;
      float mean = beta1 * m[i] + rest1 * slope + GRAIN - GRAIN;
      float square = beta2 * v[i] + rest2 * slope * slope + GRAIN - GRAIN;
      m[i] = mean;
      v[i] = square;
      float root = (float) Math.sqrt(square * scale);
      x[i] -= length * mean / (root + epsilon);
    }
  }
}
