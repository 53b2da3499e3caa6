package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Made;
import io.flowsvi.ppl.tensor.Arena;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the preimage under an autoregressive layer, one coordinate after the other. */
final class OneByOne {
  /** The inverse of one coordinate's map. */
  interface Coordinate {
    /** Its preimage and log slope, {@code [1, N]} each, from y_i {@code [1, N]} and P numbers. */
    Mapped find(Tensor y, Tensor numbers);

    /** The same on arrays: y becomes its preimage, log slopes are added to what is there. */
    default void find(double[] y, double[][] numbers, double[] logSlopes) {
      int rows = y.length;
      double[] flat = new double[numbers.length * rows];
      for (int p = 0; p < numbers.length; p++) {
        System.arraycopy(numbers[p], 0, flat, p * rows, rows);
      }
      Arena arena = Arena.current();
      Mapped found =
          find(
              arena.tensor(y, Shape.of(1, rows)),
              arena.tensor(flat, Shape.of(numbers.length, rows)));
      System.arraycopy(found.value().toDoubles(), 0, y, 0, rows);
      double[] slopes = found.logDet().toDoubles();
      for (int n = 0; n < rows; n++) {
        logSlopes[n] += slopes[n];
      }
    }
  }

  private OneByOne() {}

  /** The preimage of y {@code [..., D]} and the log-determinant of the inverse. */
  static Mapped inverse(Made net, Tensor y, Optional<Tensor> context, Coordinate coordinate) {
    int d = net.dim();
    Shape batch = y.shape().leading(-1);
    if (context.isPresent() && context.get().shape().rank() > 1) {
      batch = batch.broadcast(context.get().shape().leading(-1));
    }
    int rows = batch.size();
    Shape whole = batch.append(net.context());
    Optional<Tensor> given =
        context.map(
            c ->
                c.shape().rank() == 1 ? c : c.expand(whole).reshape(Shape.of(rows, net.context())));
    Tensor targets = y.expand(batch.append(d)).reshape(Shape.of(rows, d)).transpose();
    Mapped found =
        Arena.current().readable()
            ? onArrays(net, targets, given, coordinate)
            : onTensors(net, targets, given, coordinate);
    return new Mapped(
        found.value().transpose().reshape(batch.append(d)), found.logDet().reshape(batch));
  }

  private static Mapped onTensors(
      Made net, Tensor targets, Optional<Tensor> context, Coordinate coordinate) {
    List<Tensor> logSlopes = new ArrayList<>();
    Tensor z =
        net.solve(
            targets.shape().dim(1),
            context,
            (i, numbers) -> {
              Mapped found = coordinate.find(targets.slice(0, i, i + 1), numbers);
              logSlopes.add(found.logDet());
              return found.value();
            });
    return new Mapped(z, Tensor.concat(logSlopes, 0).sum(0));
  }

  private static Mapped onArrays(
      Made net, Tensor targets, Optional<Tensor> context, Coordinate coordinate) {
    int rows = targets.shape().dim(1);
    double[] y = targets.toDoubles();
    double[] logSlopes = new double[rows];
    net.sweep(
        rows,
        context,
        (i, numbers) -> {
          double[] own = Arrays.copyOfRange(y, i * rows, (i + 1) * rows);
          coordinate.find(own, numbers, logSlopes);
          System.arraycopy(own, 0, y, i * rows, rows);
          return own;
        });
    Arena arena = Arena.current();
    return new Mapped(arena.tensor(y, targets.shape()), arena.tensor(logSlopes, Shape.of(rows)));
  }
}
