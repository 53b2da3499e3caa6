package io.flowsvi.flows.net;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowsvi.flows.layer.MaskedAffine;
import io.flowsvi.ppl.assertions.SharedData;
import io.flowsvi.ppl.tensor.Param;
import io.flowsvi.ppl.tensor.ParamScope;
import io.flowsvi.ppl.tensor.ParamStore;
import io.flowsvi.ppl.tensor.Seed;
import java.util.ArrayList;
import java.util.List;

/** Masked networks that the library does not offer as such. */
public final class MadeOfMasks {
  private MadeOfMasks() {}

  /** A network cut to so many blocks, however small it is. */
  public static Made blocks(ParamScope scope, MadeSettings settings, int blocks) {
    List<int[]> degrees = new ArrayList<>();
    for (int l = 0; l < settings.hidden().size(); l++) {
      degrees.add(settings.degrees(l, scope.prefix()));
    }
    return new Made(scope, settings, degrees, Math.min(blocks, settings.dim()));
  }

  /**
   * A two-layer relu network with the degrees and weights of another implementation, in Pyro's
   * naming, with free log scales.
   */
  public static MaskedAffine layer(JsonNode layers, int dim) {
    ParamStore store = new ParamStore(Seed.of(1));
    int hidden = layers.get("layers.0.bias").size();
    double[] mask = SharedData.numbers(layers.get("layers.0.mask"));
    int[] degrees = new int[hidden];
    for (int i = 0; i < mask.length; i++) {
      degrees[i / dim] += (int) mask[i];
    }
    MadeSettings settings = MadeSettings.of(dim, hidden);
    Made made = new Made(store.scope("made"), settings, List.of(degrees), 1);
    for (Param p : store.params()) {
      String name = p.path().endsWith("1") ? "layers.0." : "layers.1.";
      p.set(SharedData.numbers(layers.get(name + (p.path().contains("/w") ? "weight" : "bias"))));
    }
    return new MaskedAffine(made, MaskedAffine.Scale.FREE);
  }
}
