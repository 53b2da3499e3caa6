package io.flowsvi.flows.image;

import io.flowsvi.flows.layer.BijectiveLayer;
import io.flowsvi.ppl.tensor.Seed;
import java.util.List;

/** What mixes the channels of an image between couplings. */
public enum Mixing {
  /** 1×1 convolutions, P L U. */
  LU,
  /** 1×1 convolutions, Q R. */
  QR,
  /**
   * A 1×1 convolution, P L U, and an emerging 3×3 convolution; draws take its sequential inverse.
   */
  EMERGING,
  /** A 1×1 convolution, P L U, and a periodic 3×3 convolution (smaller on smaller images). */
  PERIODIC;

  private static final int SIDE = 3;

  /** The layers on images of these sizes. */
  List<BijectiveLayer> layers(ImageShape image, Seed seed) {
    return switch (this) {
      case LU -> List.of(InvertibleConvolution.lu(image, seed));
      case QR -> List.of(InvertibleConvolution.qr(image, seed));
      case EMERGING ->
          List.of(
              InvertibleConvolution.lu(image, seed),
              new EmergingConvolution(image, SIDE).withSequentialInverse());
      case PERIODIC ->
          List.of(
              InvertibleConvolution.lu(image, seed),
              new PeriodicConvolution(
                  image, Math.min(SIDE, image.height()), Math.min(SIDE, image.width())));
    };
  }
}
