package io.flowsvi.ppl.tensor.eager;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flowsvi.ppl.tensor.Engine;
import io.flowsvi.ppl.tensor.PplException;
import io.flowsvi.ppl.tensor.Residence;
import io.flowsvi.ppl.tensor.Script;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Parameters and moments in memory that libtorch computes in, moved by its fused Adam.
 *
 * <p>The gradient arrays outlive the arena they were made in: until the update, or until the next
 * gradient where no update came. Parameters read as constants are views of the memory, made once.
 */
final class TorchResidence implements Residence {
  private final TorchSource source;
  private final TorchVector values;
  private final TorchVector first;
  private final TorchVector second;
  private final List<PtNDArray> gradient = new ArrayList<>();
  private final Map<Integer, PtNDArray> constants = new ConcurrentHashMap<>();
  private double norm;

  TorchResidence(TorchSource source, int size) {
    this.source = source;
    this.values = TorchVector.of(source.transfer, size);
    this.first = TorchVector.of(source.transfer, size);
    this.second = TorchVector.of(source.transfer, size);
  }

  @Override
  public TorchVector values() {
    return values;
  }

  @Override
  public TorchVector first() {
    return first;
  }

  @Override
  public TorchVector second() {
    return second;
  }

  @Override
  public boolean serves(Engine engine) {
    return engine instanceof TorchEngine torch && torch.source == source;
  }

  private TorchEngine torch(Engine engine) {
    if (!serves(engine)) {
      throw new PplException(
          "These parameters live in the memory of another session. Likely fix: run the step in the"
              + " session that the residence was asked of.");
    }
    return (TorchEngine) engine;
  }

  @Override
  public Engine.Leaves leaves(Engine engine, List<Shape> shapes) {
    TorchEngine torch = torch(engine);
    return torch.leavesOf(values.in(torch), shapes);
  }

  @Override
  public Tensor constant(Engine engine, int offset, Shape shape) {
    PtNDArray known = constants.computeIfAbsent(offset, at -> part(at, shape));
    return torch(engine).wrap(TorchArray.real(known), shape);
  }

  private PtNDArray part(int from, Shape shape) {
    try (PtNDArray all = source.alias(values.buffer(), Shape.of(values.size()), source.type);
        PtNDArray cut = JniUtils.slice(all, 0, from, from + shape.size(), 1)) {
      return JniUtils.reshape(cut, TorchSource.longs(shape));
    }
  }

  @Override
  public void keepGradient(Engine engine, Engine.Leaves leaves) {
    TorchEngine torch = torch(engine);
    drop();
    double square = 0;
    for (PtNDArray leaf : ((TorchLeaves) leaves).leaves()) {
      try (NDArray own = leaf.getGradient()) {
        PtNDArray flat = JniUtils.reshape((PtNDArray) own, new long[] {own.size()});
        gradient.add(flat);
        square += number(torch.keep(JniUtils.dot(flat, flat)));
      }
    }
    norm = Math.sqrt(square);
  }

  @Override
  public void keepGradient(Script script) {
    drop();
    PtNDArray flat = ((TorchScript) script).first(values.size());
    gradient.add(flat);
    try (PtNDArray square = JniUtils.dot(flat, flat)) {
      norm = Math.sqrt(number(square));
    }
  }

  @Override
  public Script script(String body, List<Shape> arguments, int results) {
    return new TorchScript(source, values.buffer(), body, arguments, results);
  }

  private static double number(PtNDArray scalar) {
    return scalar.getDataType() == DataType.FLOAT64
        ? scalar.toDoubleArray()[0]
        : scalar.toFloatArray()[0];
  }

  private void drop() {
    gradient.forEach(PtNDArray::close);
    gradient.clear();
  }

  @Override
  public double gradientNorm() {
    return norm;
  }

  @Override
  public void readGradient(double[] target) {
    int at = 0;
    for (PtNDArray part : gradient) {
      int size = Math.toIntExact(part.size());
      source.transfer.get(TorchEngine.view(part), target, at, size);
      at += size;
    }
  }

  @Override
  public void adam(Engine engine, Adam rule, double rate, long count, double share) {
    TorchEngine torch = torch(engine);
    PtNDArray w = values.in(torch);
    PtNDArray m = first.in(torch);
    PtNDArray v = second.in(torch);
    PtNDArray how =
        torch.keep(
            source.uploadDoubles(
                rate, rule.beta1(), rule.beta2(), rule.epsilon(), count, rule.decay()));
    PtNDArray clipped = torch.upload(new double[] {share}, Shape.scalar());
    int at = 0;
    for (PtNDArray g : gradient) {
      int end = at + Math.toIntExact(g.size());
      if (share != 1) {
        JniUtils.muli(g, clipped);
      }
      torch.keep(
          source.operators.run(
              "adam",
              cut(torch, w, at, end),
              g,
              cut(torch, m, at, end),
              cut(torch, v, at, end),
              how));
      at = end;
    }
    drop();
  }

  private static PtNDArray cut(TorchEngine torch, PtNDArray whole, int from, int to) {
    return torch.keep(JniUtils.slice(whole, 0, from, to, 1));
  }
}
