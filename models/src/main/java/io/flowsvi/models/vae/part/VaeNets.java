package io.flowsvi.models.vae.part;

import io.flowsvi.flows.net.Activation;
import io.flowsvi.flows.net.GatedConvolution;
import io.flowsvi.flows.net.GatedMlp;
import io.flowsvi.flows.net.Mlp;
import io.flowsvi.flows.net.Net;
import io.flowsvi.ppl.tensor.ParamScope;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The library's encoders and decoders by name. */
public final class VaeNets {
  private static final int FEATURES = 256;

  private VaeNets() {}

  /** A recipe for a network of images of a size. */
  @FunctionalInterface
  public interface Encoder {
    /** From pixels, 0 to 1, to features; weights in the scope. */
    Net build(int height, int width, ParamScope scope);
  }

  /** A recipe for a network of latent vectors. */
  @FunctionalInterface
  public interface Decoder {
    /** From latent vectors to so many numbers for an image of this size; weights in the scope. */
    Net build(int latent, int height, int width, int outputs, ParamScope scope);
  }

  /**
   * Encoders: {@code gated} (300-300), {@code relu} (300-300), {@code small} (two gated of 64),
   * {@code convolution} (gated, of the Sylvester paper).
   */
  public static Map<String, Encoder> encoders() {
    Map<String, Encoder> all = new LinkedHashMap<>();
    all.put("gated", (h, w, scope) -> GatedMlp.of(scope, h * w, 300, 300));
    all.put("relu", (h, w, scope) -> rectified(scope, h * w, 300, 300));
    all.put("small", (h, w, scope) -> GatedMlp.of(scope, h * w, 64, 64));
    all.put("convolution", (h, w, scope) -> GatedConvolution.encoder(scope, h, w, FEATURES));
    return Collections.unmodifiableMap(all);
  }

  /** Decoders, under the encoders' names. */
  public static Map<String, Decoder> decoders() {
    Map<String, Decoder> all = new LinkedHashMap<>();
    all.put(
        "gated",
        (latent, h, w, outputs, scope) ->
            GatedMlp.of(scope.child("body"), latent, 300, 300)
                .then(Net.linear(scope.child("head"), 300, outputs)));
    all.put(
        "relu",
        (latent, h, w, outputs, scope) ->
            Mlp.of(scope, Activation.RELU, latent, 300, 300, outputs));
    all.put(
        "small",
        (latent, h, w, outputs, scope) ->
            GatedMlp.of(scope.child("body"), latent, 64, 64)
                .then(Net.linear(scope.child("head"), 64, outputs)));
    all.put(
        "convolution",
        (latent, h, w, outputs, scope) ->
            GatedConvolution.decoder(scope, latent, h, w, outputs / (h * w)));
    return Collections.unmodifiableMap(all);
  }

  /** A rectified trunk: an Mlp whose last layer is rectified, too. */
  private static Net rectified(ParamScope scope, int... sizes) {
    return new Rectified(Mlp.of(scope, Activation.RELU, sizes));
  }

  private record Rectified(Net inner) implements Net {
    @Override
    public int inputs() {
      return inner.inputs();
    }

    @Override
    public int outputs() {
      return inner.outputs();
    }

    @Override
    public io.flowsvi.ppl.tensor.Tensor apply(io.flowsvi.ppl.tensor.Tensor x) {
      return Activation.RELU.apply(inner.apply(x));
    }
  }
}
