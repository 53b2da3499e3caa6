package io.flowsvi.flows.layer;

import io.flowsvi.flows.net.Made;
import io.flowsvi.ppl.tensor.Shape;
import io.flowsvi.ppl.tensor.Tensor;
import io.flowsvi.ppl.transform.Mapped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the preimage under an autoregressive layer, one coordinate after the other. */
final class OneByOne {
  /** The inverse of one coordinate's map. */
  interface Coordinate {
    /** Its preimage and log slope, {@code [1, N]} each, from y_i {@code [1, N]} and P numbers. */
    Mapped find(Tensor y, Tensor numbers);
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
    List<Tensor> logSlopes = new ArrayList<>();
    Tensor z =
        net.solve(
            rows,
            given,
            (i, numbers) -> {
              Mapped found = coordinate.find(targets.slice(0, i, i + 1), numbers);
              logSlopes.add(found.logDet());
              return found.value();
            });
    Tensor logDet = Tensor.concat(logSlopes, 0).sum(0).reshape(batch);
    return new Mapped(z.transpose().reshape(batch.append(d)), logDet);
  }
}
