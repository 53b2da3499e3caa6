package io.flowsvi.flows.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.ppl.assertions.SharedData;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;

/** A masked layer with the masks and weights of another implementation. */
public final class MadeOfMasks {
  private MadeOfMasks() {}

  /** A two-layer relu network in Pyro's naming, with free log scales. */
  public static MaskedAffine layer(JsonNode layers, int dim) {
    ParamStore store = new ParamStore(Seed.of(1));
    double[] first = SharedData.numbers(layers.get("layers.0.mask"));
    double[] second = SharedData.numbers(layers.get("layers.1.mask"));
    Made made = new Made(store.scope("made"), dim, 0, Activation.RELU, first, second);
    for (Param p : store.params()) {
      String name = p.path().endsWith("1") ? "layers.0." : "layers.1.";
      p.set(SharedData.numbers(layers.get(name + (p.path().contains("/w") ? "weight" : "bias"))));
    }
    return new MaskedAffine(made, MaskedAffine.Scale.FREE);
  }
}
