package io.flowsvi.ppl.tensor.plain;

import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Primitive;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.ShapeException;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.tensor.Unary;
import io.flowsvi.ppl.tensor.derivative.Derivatives;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Computes primitives at once on Java arrays and differentiates them by a tape.
 *
 * <p>While tracking, each operation with a tracked input is written down; {@link #backward} walks
 * the list once in reverse and asks {@link Derivatives} for cotangents.
 */
final class PlainEngine implements Engine {
  private record Entry(Primitive op, Tensor[] inputs, Tensor result) {}

  private final List<Entry> tape = new ArrayList<>();
  private final AtomicLong total;
  private boolean tracking;
  private long operations;

  PlainEngine(AtomicLong total) {
    this.total = total;
  }

  @Override
  public Tensor tensor(double[] values, Shape shape) {
    return wrap(values.clone(), shape, false);
  }

  @Override
  public Tensor fixed(double[] values, Shape shape) {
    return wrap(values, shape, false);
  }

  @Override
  public Tensor index(int[] values, Shape shape) {
    double[] numbers = new double[values.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = values[i];
    }
    return wrap(numbers, shape, false);
  }

  @Override
  public Tensor apply(Primitive op, Shape result, Tensor... inputs) {
    operations++;
    boolean tracked = false;
    double[][] values = new double[inputs.length][];
    Shape[] shapes = new Shape[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      Tensor input = inputs[i];
      shapes[i] = input.shape();
      if (input.isNumber()) {
        values[i] = new double[] {input.asNumber()};
      } else {
        Cell cell = (Cell) input.handle();
        values[i] = cell.values;
        tracked |= cell.tracked;
      }
    }
    tracked = tracked && tracking && op != Unary.STOP_GRADIENT;
    Tensor output = wrap(Kernels.run(op, result, values, shapes), result, tracked);
    if (tracked) {
      tape.add(new Entry(op, inputs, output));
    }
    return output;
  }

  @Override
  public double[] read(Tensor tensor) {
    return ((Cell) tensor.handle()).values.clone();
  }

  @Override
  public boolean readable() {
    return !tracking;
  }

  @Override
  public void track() {
    if (tracking) {
      throw new PplException("A tape is already running in this arena; gradients do not nest.");
    }
    tracking = true;
    tape.clear();
  }

  @Override
  public Leaves leaves(double[] flat, List<Shape> shapes) {
    List<Tensor> leaves = new ArrayList<>(shapes.size());
    int at = 0;
    for (Shape shape : shapes) {
      leaves.add(wrap(java.util.Arrays.copyOfRange(flat, at, at + shape.size()), shape, true));
      at += shape.size();
    }
    return new Leaves() {
      @Override
      public Tensor get(int i) {
        return leaves.get(i);
      }

      @Override
      public void addGradient(double[] gradient) {
        int offset = 0;
        for (Tensor leaf : leaves) {
          Tensor cotangent = ((Cell) leaf.handle()).cotangent;
          if (cotangent != null) {
            double[] g = ((Cell) cotangent.handle()).values;
            for (int i = 0; i < g.length; i++) {
              gradient[offset + i] += g[i];
            }
          }
          offset += leaf.shape().size();
        }
      }
    };
  }

  @Override
  public double backward(Tensor loss) {
    if (loss.shape().size() != 1) {
      throw new ShapeException("A gradient needs a scalar loss, got shape " + loss.shape() + ".");
    }
    tracking = false;
    if (loss.isNumber()) {
      return loss.asNumber();
    }
    Cell root = (Cell) loss.handle();
    root.cotangent = wrap(new double[] {1}, loss.shape(), false);
    for (int i = tape.size() - 1; i >= 0; i--) {
      Entry entry = tape.get(i);
      Cell output = (Cell) entry.result.handle();
      if (output.cotangent != null) {
        spread(entry, output.cotangent);
        output.cotangent = null;
      }
    }
    tape.clear();
    return root.values[0];
  }

  private static void spread(Entry entry, Tensor g) {
    for (int k = 0; k < entry.inputs.length; k++) {
      Tensor input = entry.inputs[k];
      if (input.isNumber() || !((Cell) input.handle()).tracked) {
        continue;
      }
      Cell cell = (Cell) input.handle();
      Derivatives.backward(entry.op, entry.inputs, k, entry.result, g)
          .ifPresent(c -> cell.cotangent = cell.cotangent == null ? c : cell.cotangent.plus(c));
    }
  }

  @Override
  public void abandon() {
    tracking = false;
    tape.clear();
  }

  @Override
  public void close() {
    tape.clear();
    total.addAndGet(operations);
  }

  private Tensor wrap(double[] values, Shape shape, boolean tracked) {
    return Tensor.of(this, shape, new Cell(values, tracked));
  }
}
