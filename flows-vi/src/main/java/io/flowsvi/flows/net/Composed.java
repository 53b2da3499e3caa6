package io.flowsvi.flows.net;

import io.flowsvi.ppl.tensor.ParameterException;
import io.flowsvi.ppl.tensor.Tensor;

/** Two networks, the second behind the first: what {@link Net#then} gives. */
record Composed(Net first, Net second) implements Net {
  Composed {
    if (first.outputs() != second.inputs()) {
      throw new ParameterException(
          "A network with "
              + first.outputs()
              + " outputs is followed by one with "
              + second.inputs()
              + " inputs. Likely fix: give both the same size.");
    }
  }

  @Override
  public int inputs() {
    return first.inputs();
  }

  @Override
  public int outputs() {
    return second.outputs();
  }

  @Override
  public Tensor apply(Tensor x) {
    return second.apply(first.apply(x));
  }
}
